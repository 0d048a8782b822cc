using Ccr.Core.Decisions;
using Ccr.Core.Events;
using Ccr.Core.Events.Explanations;
using Ccr.Core.Results;
using Ccr.Core.Sites;
using Ccr.Core.Text;

namespace Ccr.Core.Processing;

/// <summary>
/// Says what would be made of an event, and why. Nothing is sent or written, and what only the ledger knows (cool-down, requests in flight) is left
/// out.
/// </summary>
public sealed class EventExplainer(EventReader reader, RequestValidator validator, Decider decider)
{
    /// <summary>Explains an event as it would be read at a time.</summary>
    public EventExplanation Explain(IncomingEvent incoming, DateTimeOffset now)
    {
        var trace = new ReadingTrace();
        var reading = reader.Read(incoming, trace);
        var items = trace.Items;
        return new EventExplanation([.. items.Select((item, i) =>
            ExplainItem(item, i + 1 < items.Count ? items[i + 1].FirstPart : reading.Parts.Count, reading, now))]);
    }

    private ExplainedItem ExplainItem(TracedItem item, int end, EventReading reading, DateTimeOffset now)
    {
        var parts = Enumerable.Range(item.FirstPart, end - item.FirstPart).Select(part => ExplainPart(reading, part, now));
        return new ExplainedItem(item.Location, item.Envelope, item.Sources, item.Fields, item.Rules, [.. parts]);
    }

    private ExplainedPart ExplainPart(EventReading reading, int index, DateTimeOffset now)
    {
        var part = reading.Parts[index];
        var id = RequestId.Of(reading, index);
        var machine = part.MachineText is { } text ? SafeText.Escape(text) : null;
        if (part is EndedPart ended) return new ExplainedPart(part.Event, id, machine, [], ended.Verdict, null);

        var rules = new List<ExplainedRule>();
        var (request, refusal) = validator.Validate((MachinePart)part, id);
        rules.Add(new ExplainedRule("names", refusal, refusal?.Detail ?? $"machine {request!.Machine}, domain {request.Domain}, site {request.Site.Key}"));
        if (request is null) return new ExplainedPart(part.Event, id, machine, rules, refusal, null);

        request = request with { EventTime = part.Event.Time };
        rules.AddRange(decider.Explain(request, Moment.Exactly(now)).Select(said =>
        {
            var verdict = VerdictOf(said.Decision);
            return new ExplainedRule(said.Rule, verdict, verdict?.Detail ?? "nothing speaks against it");
        }));
        return new ExplainedPart(part.Event, id, request.Machine.Value, rules, rules.FirstOrDefault(rule => rule.Verdict is not null)?.Verdict,
            RequestOf(request));
    }

    private static Verdict? VerdictOf(Decision? decision) => decision switch
    {
        Decision.Conclude conclude => conclude.Verdict,
        Decision.Defer defer => defer.Verdict,
        _ => null,
    };

    private static string RequestOf(ReinstallRequest request)
    {
        var submission = new Submission(request.Machine, request.Domain, request.Force);
        return CcrRequest.Describe(request.Site, submission);
    }
}
