using System.Text;
using Ccr.Core.Events.Explanations;
using Ccr.Core.Results;
using Ccr.Core.Text;

namespace Ccr.Core.Events.Mappings;

/// <summary>Reads one item of an event, as its mapping says: an alert, a record, or the whole event.</summary>
internal sealed class ItemReader(Mapping mapping)
{
    /// <summary>Adds at least one part: for each machine of the item, or for the item that names none.</summary>
    public void Read(Scope scope, string messageId, List<EventPart> parts, ReadingTrace? trace)
    {
        var identity = new EventIdentity(mapping.Source, messageId, scope.Payload.Envelope.Time);
        List<FoundMachine> machines = [];
        MachinePart? request = null;
        Verdict? verdict;
        try
        {
            machines = mapping.Machines.Find(scope, trace, out var missing);
            identity = identity with { Id = Identify(scope, messageId, trace) };
            identity = identity with { Time = FindTime(scope, trace) ?? identity.Time };
            verdict = JudgeState(scope, trace) ?? JudgeFilter(scope, trace) ?? missing;
            if (verdict is null) request = ReadRequest(scope, identity, trace);
        }
        catch (EventFaultException fault)
        {
            verdict = new Verdict(Outcome.Rejected, fault.Reason, fault.Message);
        }

        if (machines.Count == 0) parts.Add(new EndedPart(verdict!) { Event = identity });
        foreach (var machine in machines) AddPart(parts, machine, identity, verdict, request);
    }

    private static void AddPart(List<EventPart> parts, FoundMachine machine, EventIdentity identity, Verdict? verdict, MachinePart? request)
    {
        verdict ??= machine.Refusal ?? Contradiction(machine, request!);
        if (verdict is not null) parts.Add(new EndedPart(verdict) { Event = identity, MachineText = machine.Text });
        else parts.Add(request! with { MachineText = machine.Text, Domain = request.Domain ?? machine.Domain });
    }

    private static Verdict? Contradiction(FoundMachine machine, MachinePart request) =>
        request.Domain is null || machine.Domain is null || request.Domain.Equals(machine.Domain, StringComparison.OrdinalIgnoreCase)
            ? null
            : new Verdict(Outcome.Rejected, EventReasons.DomainInvalid, $"the event says {SafeText.Quote(request.Domain)}, but the host's DNS suffix stands for {machine.Domain}");

    /// <summary>
    /// The values that the mapping lists and those of the state: an alert that is over is another event than the alert.
    /// </summary>
    private string Identify(Scope scope, string messageId, ReadingTrace? trace)
    {
        var id = new StringBuilder();
        foreach (var at in mapping.Ids)
        {
            var text = Note("id", at, scope, trace);
            if (text is null)
            {
                id.Clear().Append(messageId);
                break;
            }

            if (id.Length > 0) id.Append(' ');
            id.Append(text);
        }

        if (id.Length == 0) id.Append(messageId);
        foreach (var rule in mapping.States)
        {
            if (rule.At.FindText(scope) is { } state) id.Append(' ').Append(state);
        }

        return EventIdentity.Shorten(id.ToString());
    }

    private DateTimeOffset? FindTime(Scope scope, ReadingTrace? trace)
    {
        foreach (var rule in mapping.Times)
        {
            if (rule.Find(scope) is not { } time) continue;
            trace?.Field("time", rule.At.Text, $"{time:u}");
            return time;
        }

        return null;
    }

    private Verdict? JudgeState(Scope scope, ReadingTrace? trace)
    {
        foreach (var rule in mapping.States)
        {
            var text = Note("state", rule.At, scope, trace);
            var state = rule.StateOf(text);
            if (state == ProblemState.Fired && trace is null) continue;

            var shown = text is null ? $"{rule.At} is absent" : $"{rule.At} is {SafeText.Quote(text)}";
            var verdict = state switch
            {
                ProblemState.Fired => null,
                ProblemState.Resolved => new Verdict(Outcome.Ignored, EventReasons.Resolved, shown),
                ProblemState.Ignored => new Verdict(Outcome.Ignored, EventReasons.NotAProblem, shown),
                _ => new Verdict(Outcome.Rejected, EventReasons.WrongSchema, $"{shown}; it must be one of {rule.Known}"),
            };
            trace?.Rule("state", verdict, shown);
            if (verdict is not null) return verdict;
        }

        return null;
    }

    private Verdict? JudgeFilter(Scope scope, ReadingTrace? trace)
    {
        if (mapping.Filter.MeansAll && trace is null) return null;

        var verdict = mapping.Filter.Judge(Note("severity", mapping.Severity, scope, trace), Note("rule", mapping.Rule, scope, trace));
        trace?.Rule("severity and alert rule", verdict, "meant");
        return verdict;
    }

    private MachinePart ReadRequest(Scope scope, EventIdentity identity, ReadingTrace? trace) => new()
    {
        Event = identity,
        Domain = Note("domain", mapping.Domain, scope, trace),
        Site = Note("site", mapping.Site, scope, trace),
        Reason = Note("reason", mapping.Reason, scope, trace) is { } reason ? SafeText.Escape(reason) : null,
        RequestedBy = mapping.Title,
    };

    private static string? Note(string field, Selector? at, Scope scope, ReadingTrace? trace)
    {
        var text = at?.FindText(scope);
        if (at is not null) trace?.Field(field, at.Text, text);
        return text;
    }
}
