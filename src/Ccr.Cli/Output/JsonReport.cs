using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ccr.Core.Text;

namespace Ccr.Cli.Output;

/// <summary>Prints one JSON object a line; the name of its only member says what kind it is.</summary>
internal sealed class JsonReport(TextWriter output) : IReport
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // a terminal is no web page
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly Lock _gate = new();

    public void Say(string sentence, string name, IReadOnlyDictionary<string, object?> facts, bool wrap = false) => Write(name, facts);

    public void Show(ReinstallResult result) => Write("result", result);

    public void Show(VerificationResult verification) => Write("verification", verification);

    public void ShowAt(ReinstallResult result) => Show(result);

    public void ShowAt(VerificationResult verification) => Show(verification);

    public void Progress(Summary summary)
    {
    }

    public void Close(Summary summary) => Write("summary", summary);

    private void Write(string name, object value)
    {
        // Texts of others may have characters that turn the line around; in JSON they mean the same when they are escaped.
        var line = SafeText.Printable(JsonSerializer.Serialize(new Dictionary<string, object> { [name] = value }, Json));
        lock (_gate) output.WriteLine(line);
    }
}
