using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using Ccr.Core.Text;

namespace Ccr.Hosting.DeadLetters;

/// <summary>A file that keeps dead letters, one JSON object a line, so that they are not lost when they are deleted.</summary>
public sealed class DeadLetterFile : IAsyncDisposable
{
    private const int LongestText = 1000;

    private readonly FileStream _file;
    private readonly StreamWriter _lines;

    private DeadLetterFile(FileStream file) => (_file, _lines) = (file, new StreamWriter(file));

    /// <summary>Makes a new file; one that is there already is left alone.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static DeadLetterFile Create(string path) => new(new FileStream(path, FileMode.CreateNew, FileAccess.Write));

    /// <summary>What a dead letter is, for programs.</summary>
    public static IReadOnlyDictionary<string, object?> FactsOf(ServiceBusReceivedMessage letter) => new Dictionary<string, object?>(StringComparer.Ordinal)
    {
        ["sequenceNumber"] = letter.SequenceNumber,
        ["messageId"] = letter.MessageId,
        ["enqueuedTime"] = letter.EnqueuedTime.ToString("O", CultureInfo.InvariantCulture),
        ["reason"] = letter.DeadLetterReason,
        ["description"] = letter.DeadLetterErrorDescription,
        ["deliveryCount"] = letter.DeliveryCount,
        ["contentType"] = letter.ContentType,
        ["properties"] = DeadLetterBox.PropertiesAsSent(letter)
            .ToDictionary(
                property => SafeText.Escape(property.Key),
                property => SafeText.Escape(Convert.ToString(property.Value, CultureInfo.InvariantCulture) ?? "", LongestText), StringComparer.Ordinal),
    };

    /// <summary>The body as text, without anything that a terminal would obey; bytes that are no text as \uFFFD.</summary>
    public static string BodyOf(ServiceBusReceivedMessage letter) => SafeText.Printable(Encoding.UTF8.GetString(letter.ToEvent().Body.Span), keepLines: true);

    /// <summary>A letter as one line of JSON, with its body as text and as bytes.</summary>
    public static string LineOf(ServiceBusReceivedMessage letter)
    {
        var facts = FactsOf(letter).Append(new("body", BodyOf(letter))).Append(new("bodyBytes", letter.Body.ToArray()));
        return JsonSerializer.Serialize(facts.ToDictionary(StringComparer.Ordinal), LetterJson.Default.DictionaryStringObject);
    }

    /// <summary>Writes a letter; it is on the disk when this returns, so that it may be deleted then.</summary>
    public async Task KeepAsync(ServiceBusReceivedMessage letter)
    {
        await _lines.WriteLineAsync(LineOf(letter));
        await _lines.FlushAsync(CancellationToken.None);
        _file.Flush(flushToDisk: true);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _lines.DisposeAsync();
        await _file.DisposeAsync();
    }
}

/// <summary>How a dead letter is written: its facts, and what they can be.</summary>
[JsonSerializable(typeof(Dictionary<string, object?>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(byte[]))]
internal sealed partial class LetterJson : JsonSerializerContext;
