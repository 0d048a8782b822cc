using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Ccr.Core.Decisions;
using Ccr.Core.Events;
using Ccr.Core.Processing;
using Ccr.Core.Results;
using Ccr.Core.Tests.Support;
using CsCheck;

namespace Ccr.Core.Tests.Events.Fuzz;

/// <summary>
/// Whatever arrives is answered: no crash, no hang, no machine name out that the strict rules refuse, always a reason. <c>CCR_FUZZ_EVENTS</c> sets the
/// number of events, by default 100,000.
/// </summary>
public sealed partial class EventFuzzTests
{
    private const int Minute = 60_000;
    private const int MaxDeadLetterDescription = 4096;

    private static readonly int Events = int.Parse(Environment.GetEnvironmentVariable("CCR_FUZZ_EVENTS") ?? "100000", CultureInfo.InvariantCulture);

    private static readonly EventReader Reader = Some.Reader();
    private static readonly RequestValidator Validator = Some.Validator();
    private static readonly EventExplainer Explainer = new(Reader, Validator, Some.Decider());
    private static readonly string[] Sources = [.. Reader.SourceNames, "elsewhere"];
    private static readonly HashSet<ReasonCode> Reasons = [.. EventReasons.All];

    private readonly FuzzTally _tally = new();

    [Fact(Timeout = 60 * Minute)]
    public async Task Read_AnyChangeToAnySampleEvent_IsAnsweredAndNeverAsksForAForbiddenName()
    {
        var samples = SampleBodies();
        var change = Gen.Select(Gen.Int[0, samples.Count - 1], Gen.UInt, Gen.UInt, Gen.Int[0, HostileValues.All.Length - 1], Gen.UInt.Array[0, 3], Gen.UInt)
            .Select((sample, place, kind, hostile, bytes, dress) => Dress(Change(samples[sample], place, kind, HostileValues.All[hostile], bytes), dress));

        await Task.Run(() => change.Sample(Check, iter: Events, print: Show), TestContext.Current.CancellationToken);

        TestContext.Current.TestOutputHelper?.WriteLine(_tally.ToString());
        Assert.True(_tally.Requests > Events / 100, $"Too few of the changed events were still sound: {_tally}");
    }

    private static List<string> SampleBodies() =>
        [.. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "events"), "*.json").Order(StringComparer.Ordinal).Select(File.ReadAllText)];

    private static byte[] Change(string sample, uint place, uint kind, string hostile, uint[] bytes)
    {
        var body = Mutation.Encode(Mutation.Structure(sample, place, kind, hostile), kind / 8);
        return bytes.Length < 3 ? body : Mutation.Bytes(body, bytes, [.. bytes.Select(b => (byte)(b >> 24))]);
    }

    /// <summary>Now and then the message says more than its body: a source, or the attributes of a CloudEvents event.</summary>
    private static IncomingEvent Dress(byte[] body, uint dress)
    {
        var incoming = Some.Event(body);
        return (dress % 16) switch
        {
            0 => incoming with { Properties = NamingASource(dress / 16) },
            1 => incoming with { Properties = Attributes("cloudEvents_", "ccr.reinstall.requested") },
            2 => incoming with { Properties = Attributes("cloudEvents:", dress % 32 == 2 ? "other" : "") },
            3 => incoming with { ContentType = "application/cloudevents+json", Properties = Attributes("cloudEvents_", "other") },
            _ => incoming,
        };
    }

    private static Dictionary<string, object> Attributes(string prefix, string type) => new()
    {
        [$"{prefix}specversion"] = "1.0",
        [$"{prefix}source"] = "/fuzz",
        [$"{prefix}id"] = "1",
        [$"{prefix}type"] = type,
    };

    private void Check(IncomingEvent incoming)
    {
        var reading = Reader.Read(incoming);

        Assert.InRange(reading.Parts.Count, 1, 200);
        for (var i = 0; i < reading.Parts.Count; i++) CheckPart(reading, i);
        Assert.Equal(reading.Parts.Count, reading.Parts.Select((_, i) => RequestId.Of(reading, i)).Distinct().Count());
        if (incoming.Body.Length % 8 == 0) Assert.Equal(reading.Parts.Count, Explainer.Explain(incoming, Some.Time).Items.Sum(item => item.Parts.Count));
        _tally.CountEvent();
    }

    private void CheckPart(EventReading reading, int index)
    {
        var part = reading.Parts[index];
        Assert.InRange(part.Event.Id.Length, 1, 600);
        var (request, verdict) = part is MachinePart machine ? Validator.Validate(machine, RequestId.Of(reading, index)) : (null, ((EndedPart)part).Verdict);
        if (request is not null)
        {
            Assert.Matches(StrictName(), request.Machine.Value);
            _tally.CountRequest();
            return;
        }

        Assert.Contains(verdict!.Reason, Reasons);
        Assert.True(verdict.Outcome is Outcome.Rejected or Outcome.Ignored);
        Assert.InRange(verdict.Detail.Length, 1, MaxDeadLetterDescription);
        Assert.DoesNotContain(verdict.Detail, char.IsControl);
        _tally.CountEnd(verdict);

        var result = new ResultDraft(reading, index).Write(verdict, Some.Time);
        Assert.Equal(result, ResultMessage.Read(ResultMessage.From(result).Body.Span));
    }

    private static string Show(IncomingEvent incoming) =>
        $"{incoming.ContentType} {string.Join(", ", incoming.Properties)} {Encoding.UTF8.GetString(incoming.Body.Span)}";

    /// <summary>Written again, and stricter than need be: none of the samples or hostile values has such a name otherwise.</summary>
    [GeneratedRegex("^(?!LOCALHOST$)(?!0X[0-9A-F]*$)(?=.*[A-Z])[A-Z0-9]([A-Z0-9-]{0,13}[A-Z0-9])?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex StrictName();

    private static Dictionary<string, object> NamingASource(uint dress) => new()
    {
        [dress % 2 == 0 ? "source" : IncomingEvent.SourceProperty] = Sources[dress % (uint)Sources.Length],
    };
}
