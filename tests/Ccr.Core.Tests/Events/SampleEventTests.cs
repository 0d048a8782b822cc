using System.Globalization;
using System.Text;
using Ccr.Core.Decisions;
using Ccr.Core.Events;
using Ccr.Core.Tests.Support;
using Ccr.Core.Text;

namespace Ccr.Core.Tests.Events;

/// <summary>
/// Reads every event below tests/events, and compares all that was read with SampleEvents.txt. To accept a change, copy the file that the failed test
/// names over it, and review the difference.
/// </summary>
public class SampleEventTests
{
    private const string Snapshot = "SampleEvents.txt";

    private static readonly EventReader Reader = Some.Reader();
    private static readonly RequestValidator Validator = Some.Validator();

    [Fact]
    public void Read_EverySampleEvent_GivesTheReadingThatIsWrittenDown()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "events");
        var readings = new StringBuilder();
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            readings.Append(Path.GetRelativePath(folder, path).Replace('\\', '/')).Append('\n');
            foreach (var body in BodiesOf(path)) AppendReading(readings, body);
        }

        var received = Path.Combine(AppContext.BaseDirectory, $"{Snapshot}.received");
        File.WriteAllText(received, readings.ToString());
        var expected = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Events", Snapshot));
        Assert.True(expected == readings.ToString(), $"The readings are not those of {Snapshot}. Compare it with {received}.");
    }

    private static IEnumerable<byte[]> BodiesOf(string path) => path.EndsWith(".ndjson", StringComparison.Ordinal)
        ? File.ReadLines(path).Select(Encoding.UTF8.GetBytes)
        : [File.ReadAllBytes(path)];

    private static void AppendReading(StringBuilder readings, byte[] body)
    {
        foreach (var part in Reader.Read(Some.Event(body)).Parts)
        {
            readings.Append(CultureInfo.InvariantCulture, $"  {part.Event.Source} | {part.Event.Id} | {part.Event.Time:yyyy-MM-ddTHH:mm:ssZ} | {(part.MachineText is { } machineText ? SafeText.Escape(machineText) : "-")} | ");
            readings.Append(VerdictOf(part)).Append('\n');
        }
    }

    private static string VerdictOf(EventPart part)
    {
        var (request, verdict) = part is MachinePart machine ? Validator.Validate(machine, "id") : (null, ((EndedPart)part).Verdict);
        return request is null
            ? $"{verdict!.Outcome} {verdict.Reason}: {verdict.Detail}"
            : $"request for {request.LedgerKey}{(request.DryRun ? ", dry run" : "")}{(request.Force ? "" : ", not forced")}";
    }
}
