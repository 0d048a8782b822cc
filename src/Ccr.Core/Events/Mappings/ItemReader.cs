using System.Text;
using Ccr.Core.Events.Explanations;
using Ccr.Core.Machines;
using Ccr.Core.Results;
using Ccr.Core.Text;

namespace Ccr.Core.Events.Mappings;

/// <summary>Reads one item of an event, as its mapping says: an alert, a record, or the whole event.</summary>
internal sealed class ItemReader(Mapping mapping)
{
    private readonly string _asked =
        $"a real event is asked for the machine at {mapping.Machines.Places}"
        + (mapping.States.Length == 0 ? "" : $", and for its state at {string.Join(", ", mapping.States.Select(state => state.At.Text))}");

    /// <summary>Adds at least one part: for each machine of the item, or for the item that names none.</summary>
    public void Read(Scope scope, string messageId, OptionMentions mentions, List<EventPart> parts, ReadingTrace? trace)
    {
        var identity = new EventIdentity(mapping.Source, messageId, scope.Payload.Envelope.Time);
        List<FoundMachine> machines = [];
        MachinePart? request = null;
        Verdict? verdict;
        try
        {
            machines = mapping.Machines.Find(scope, trace, out var missing);
            verdict = JudgeIgnored(scope, trace);
            if (verdict?.Reason != EventReasons.TestArrived)
            {
                identity = identity with { Id = Identify(scope, messageId, trace) };
                identity = identity with { Time = FindTime(scope, trace) ?? identity.Time };
                verdict ??= JudgeState(scope, trace) ?? JudgeFilter(scope, trace) ?? missing;
            }

            if (verdict is null) request = ReadRequest(scope, identity, mentions, trace);
        }
        catch (EventFaultException fault)
        {
            verdict = new Verdict(Outcome.Rejected, fault.Reason, fault.Message);
        }

        if (machines.Count == 0) parts.Add(new EndedPart(verdict!) { Event = identity });

        // A machine that is named twice, perhaps with its domain and without, is one machine.
        var named = new HashSet<string?>(machines.Count);
        parts.AddRange(machines.Select(machine => PartOf(machine, identity, verdict, request)).Where(part => named.Add(part.Machine)));
    }

    private EventPart PartOf(FoundMachine machine, EventIdentity identity, Verdict? verdict, MachinePart? request)
    {
        verdict ??= machine.Refusal ?? Contradiction(machine, request!);
        EventPart part = verdict is null
            ? request! with { Domain = request.Domain ?? machine.Domain ?? mapping.DefaultDomain }
            : new EndedPart(verdict) { Event = identity, Domain = machine.Domain };
        return part with { MachineText = machine.Text };
    }

    private static Verdict? Contradiction(FoundMachine machine, MachinePart request) =>
        request.Domain is null || machine.Domain is null || request.Domain.Equals(machine.Domain, StringComparison.OrdinalIgnoreCase)
            ? null
            : new Verdict(
                Outcome.Rejected, EventReasons.DomainInvalid,
                $"the event says {SafeText.Quote(request.Domain)}, but the host's DNS suffix stands for {machine.Domain}");

    /// <summary>The values that the mapping lists and those of the state: an alert that is over is another event than the alert.</summary>
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

            RefuseMacro(at, text);
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

    /// <summary>The first place that has a time counts. A place may stand there several times, each time with another format.</summary>
    private DateTimeOffset? FindTime(Scope scope, ReadingTrace? trace)
    {
        TimeRule? unread = null;
        foreach (var rule in mapping.Times)
        {
            if (unread is not null && unread.At.Text != rule.At.Text) break;
            trace?.Place("time", rule.At, scope, always: false);
            if (rule.At.FindText(scope) is not { } text) continue;
            RefuseMacro(rule.At, text);
            if (!rule.TryRead(text, out var time))
            {
                unread = rule;
                continue;
            }

            unread = null;
            if (time is null) continue;
            trace?.Field("time", rule.At.Text, $"{time:u}");
            return time;
        }

        if (unread is null) return null;
        var formats = string.Join(" or ", mapping.Times.Where(rule => rule.At.Text == unread.At.Text).Select(rule => rule.Format));
        throw new EventFaultException(
            EventReasons.WrongSchema, $"{unread.At} must be a time in the format {formats}; it is {SafeText.Quote(unread.At.FindText(scope)!)}");
    }

    private Verdict? JudgeIgnored(Scope scope, ReadingTrace? trace)
    {
        foreach (var rule in mapping.Ignored)
        {
            var verdict = rule.Judge(scope, _asked);
            trace?.Rule("ignore", verdict, $"not so: {rule.When.Text}");
            if (verdict is not null) return verdict;
        }

        return null;
    }

    private Verdict? JudgeState(Scope scope, ReadingTrace? trace)
    {
        foreach (var rule in mapping.States)
        {
            var text = Note("state", rule.At, scope, trace);
            var state = rule.StateOf(text);
            if (state is ProblemState.Unknown or ProblemState.Ignored && text is not null) RefuseMacro(rule.At, text);
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

    private MachinePart ReadRequest(Scope scope, EventIdentity identity, OptionMentions mentions, ReadingTrace? trace)
    {
        var domain = FindOption("domain", mapping.Domain, scope, mentions.Domain, trace);
        return new MachinePart
        {
            Event = identity,
            Domain = domain?.Contains('.') == true ? mapping.Hosts.DomainOf(domain) : domain,
            Site = FindOption("site", mapping.Site, scope, mentions.Site, trace),
            Reason = Note("reason", mapping.Reason, scope, trace) is { } reason ? SafeText.Escape(reason) : null,
            RequestedBy = mapping.Title,
        };
    }

    /// <summary>
    /// What was asked for must not be dropped: if the event has the name of the option at a place that no selector reads, the default would be a guess.
    /// </summary>
    private static string? FindOption(string name, Selector[] places, Scope scope, bool isMentioned, ReadingTrace? trace)
    {
        var isThere = false;
        foreach (var place in places)
        {
            if (Note(name, place, scope, trace) is { } text)
            {
                RefuseMacro(place, text);
                return text;
            }

            var found = new List<FoundValue>();
            place.FindAll(scope, found);
            isThere |= found.Count > 0;
        }

        if (!isMentioned || isThere) return null;
        var readAt = places.Length == 0 ? "this source reads none" : $"it is read at {string.Join(", ", places.Select(place => place.Text))}";
        throw new EventFaultException(EventReasons.OptionNotRead, $"the event has 'ccr_{name}' at another place or in another form; {readAt}");
    }

    private static void RefuseMacro(Selector at, string text)
    {
        if (HostText.IsMacro(text))
            throw new EventFaultException(EventReasons.MacroNotExpanded, $"{at} is {SafeText.Quote(text)}, a macro that the sender did not expand");
    }

    private static string? Note(string field, Selector? at, Scope scope, ReadingTrace? trace)
    {
        if (at is null) return null;
        trace?.Place(field, at, scope, always: true);
        return at.FindText(scope);
    }
}
