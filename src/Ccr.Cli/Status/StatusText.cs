using System.Globalization;

namespace Ccr.Cli.Status;

/// <summary>One thing that is so.</summary>
/// <param name="Name">What it is about.</param>
/// <param name="Text">How it stands.</param>
/// <param name="Person">What a person has to do about it, or null when nobody has to do anything.</param>
internal sealed record StatusLine(string Name, string Text, string? Person = null);

/// <summary>The facts in words. No clock, no store: the same facts are always the same words.</summary>
internal static class StatusText
{
    public static IEnumerable<StatusLine> Of(StatusFacts facts) =>
    [
        .. Held(facts), .. Machines(facts), Results(facts), .. Queues(facts), .. facts.Agents.Select(agent => Agent(agent, facts.Now)),
        .. facts.Actions.Select(action => Action(action, facts.Now)), new("ledger", facts.Ledger),
    ];

    /// <summary>How long ago, or how long still, in the largest unit that says something.</summary>
    public static string Of(TimeSpan time) => time.Duration() switch
    {
        { TotalSeconds: < 60 } some => Text($"{some.TotalSeconds:0} s"),
        { TotalMinutes: < 60 } some => Text($"{some.TotalMinutes:0} min"),
        { TotalHours: < 48 } some => Text($"{some.TotalHours:0} h"),
        var some => Text($"{some.TotalDays:0} d"),
    };

    private static IEnumerable<StatusLine> Held(StatusFacts facts)
    {
        var held = facts.Switches.Where(record => record.HoldsAt(facts.Now)).ToList();
        foreach (var pause in held.Where(record => record.IsPause))
        {
            var end = pause.Until is { } until ? Text($"until {until:u}") : "until somebody ends it";
            var why = pause.Reason is null ? "" : $" ({pause.Reason})";
            yield return new StatusLine(
                "held", Text($"PAUSE of {pause.Site ?? "all sites"} by {pause.By} since {pause.Since:u} {end}{why}"),
                pause.Until is null ? $"ccr pause off{(pause.Site is null ? "" : $" --site {pause.Site}")} when it is over" : null);
        }

        foreach (var brake in held.Where(record => record.IsBrake))
        {
            yield return new StatusLine(
                "held", Text($"BRAKE of {brake.Site} since {brake.Since:u}: too many machines at once; lets go when it has been quiet"),
                $"find out what fell out; ccr brake release {brake.Site} lets them go");
        }

        var circuits = facts.Agents.Where(agent => agent.LeavesAloneAt(facts.Now)).ToList();
        foreach (var agent in circuits)
        {
            var text = Text($"CIRCUIT of {agent.Site}: {agent.LeftAlone} failed too often and is tried again {agent.LeftAloneUntil:u}");
            yield return new StatusLine("held", text);
        }

        foreach (var (site, opens) in facts.ShutWindows) yield return new StatusLine("held", Text($"WINDOW of {site} opens {opens:u}"));
        if (held.Count == 0 && facts.ShutWindows.Count == 0 && circuits.Count == 0) yield return new StatusLine("held", "nothing");
    }

    private static IEnumerable<StatusLine> Machines(StatusFacts facts)
    {
        foreach (var state in Enum.GetValues<MachineState>().Where(state => state is not MachineState.Idle && facts.Census.Count(state) > 0))
        {
            var oldest = facts.Census.OldestOf(state) is { } since ? $", the first for {Of(facts.Now - since)}" : "";
            yield return new StatusLine(
                "machines", Text($"{facts.Census.Count(state)} {InWords(state)}{oldest}"),
                state == MachineState.Quarantined ? "ccr history MACHINE says why, ccr release MACHINE ends it" : null);
        }

        yield return new StatusLine("machines", Text($"{facts.Census.Machines} known"));
    }

    private static string InWords(MachineState state) => state switch
    {
        MachineState.Quarantined => "in quarantine",
        MachineState.Pushing => "being pushed",
        MachineState.Waiting => "waiting for a management point",
        MachineState.Awaited => "awaited: it is being seen whether they come back",
        MachineState.NotBack => "not back after their last push",
        MachineState.Back => "back",
        MachineState.CoolingDown => "cooling down",
        _ => "idle",
    };

    private static StatusLine Results(StatusFacts facts)
    {
        var outcomes = facts.Results.CountBy(result => result.Outcome).OrderByDescending(each => each.Value).ToList();
        var failures = facts.Results.Where(result => result.Outcome is Outcome.Failed or Outcome.Indeterminate or Outcome.Rejected)
            .CountBy(result => result.Reason).OrderByDescending(each => each.Value).Take(3).ToList();
        var counts = string.Join(", ", outcomes.Select(each => Text($"{each.Value} {each.Key}")));
        var causes = failures.Count == 0 ? "" : $"; most for {string.Join(", ", failures.Select(each => Text($"{each.Key} ({each.Value})")))}";
        var last = facts.Results is [var latest, ..] ? $", the last {Of(facts.Now - latest.Time)} ago" : "";
        return new StatusLine("24 hours", outcomes.Count == 0 ? "no result" : $"{counts}{(facts.HasMoreResults ? ", and more" : "")}{causes}{last}");
    }

    private static IEnumerable<StatusLine> Queues(StatusFacts facts)
    {
        if (facts.Queues is null) yield return new StatusLine("queues", "not asked: name them with --connection");
        foreach (var queue in facts.Queues ?? [])
        {
            var more = queue.Active + queue.Scheduled >= QueueFacts.Most ? "+" : "";
            var moreDead = queue.Dead >= QueueFacts.Most ? "+" : "";
            var oldest = queue.Oldest is { } since ? $", the oldest for {Of(facts.Now - since)}" : "";
            yield return new StatusLine(
                "queues", Text($"{queue.Name}: {queue.Active}{more} waiting{oldest}, {queue.Scheduled}{more} scheduled, {queue.Dead}{moreDead} dead letters"),
                queue.Dead == 0 ? null : $"ccr dead-letters list --entity {queue.Name}");
        }
    }

    private static StatusLine Agent(AgentHeard agent, DateTimeOffset now)
    {
        var silent = agent.IsSilentAt(now);
        var fault = agent.LastFault is null ? "" : Text($", last fault {agent.LastFault} {(agent.LastFaultAt is { } at ? $"{Of(now - at)} ago" : "")}");
        var lag = agent.OldestCommand is { } oldest ? $", oldest command {Of(oldest)}" : "";
        return new StatusLine(
            "agents", Text($"{agent.Site}/{agent.Name}: {(silent ? "SILENT, " : "")}last heard {Of(now - agent.HeardAt)} ago, {agent.State}, ")
                + Text($"{agent.InHand} in hand{lag}{fault}, version {agent.Version}"),
            silent ? "see whether it runs; its commands wait" : null);
    }

    private static StatusLine Action(OperatorAction action, DateTimeOffset now)
    {
        var end = action.Outcome == ActionOutcome.Done ? "" : Text($", {action.Outcome switch
        {
            ActionOutcome.InProgress => "in progress, or interrupted:",
            ActionOutcome.Partial => "in part:",
            _ => "in vain:",
        }} {action.Done} of {action.Count}");
        var why = action.Reason is null ? "" : $" ({action.Reason})";
        return new StatusLine("actions", $"{Of(now - action.At)} ago {action.Who.Name}: {action.Kind} {action.Target}{end}{why}");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
