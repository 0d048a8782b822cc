namespace Ccr.Cli.Commands;

/// <summary><c>ccr history</c>: what happened to a machine, and how it stands.</summary>
internal static class HistoryCommand
{
    private static readonly Argument<string> Machine = new("MACHINE") { Description = @"The machine: CORP\PC01, or PC01 with --domain" };
    private static readonly Option<string?> Domain = new("--domain") { Description = "Its NetBIOS domain, by default Ccr:DefaultDomain", HelpName = "NAME" };

    public static Command Create(CommandLine line)
    {
        var ledger = new LedgerArguments();
        var command = new Command("history", "Shows what happened to a machine.") { Machine, Domain };
        ledger.AddTo(command);
        command.SetAction((arguments, stop) => RunAsync(line, ledger, arguments, stop));
        return command;
    }

    private static async Task<int> RunAsync(CommandLine line, LedgerArguments ledgerArguments, ParseResult arguments, CancellationToken stop)
    {
        var key = ledgerArguments.MachineKeyOf(arguments, arguments.GetValue(Machine)!, arguments.GetValue(Domain));
        var history = await ledgerArguments.UseAsync(arguments, async ledger => await ledger.ReadHistoryAsync(key, stop));

        var report = line.ReportFor(arguments);
        Show(report, history);
        report.Say(
            Describe(key, history.Machine, history.Results.Count),
            "machine",
            new Dictionary<string, object?>
            {
                ["key"] = key,
                ["results"] = history.Results.Count,
                ["notVerifiedInARow"] = history.Machine?.NotVerifiedInARow ?? 0,
                ["record"] = history.Machine,
            });
        return ExitCode.Done;
    }

    /// <summary>Each result, and what was last said of each push, in the order of time.</summary>
    private static void Show(IReport report, MachineHistory history)
    {
        var results = history.Results.Select(result => (result.Time, Show: (Action)(() => report.ShowAt(result))));
        var verifications = (history.Machine?.Awaited ?? []).Select(awaited => awaited.Said).OfType<VerificationResult>()
            .Select(said => (said.Time, Show: (Action)(() => report.ShowAt(said))));
        foreach (var (_, show) in results.Concat(verifications).OrderBy(each => each.Time)) show();
    }

    private static string Describe(string key, MachineRecord? machine, int results) => machine is null
        ? results == 0 ? $"{key}: nothing is known of it." : $"{key} was never pushed."
        : $"{key}: {string.Join("; ", FactsOf(key, machine))}.";

    private static IEnumerable<string> FactsOf(string key, MachineRecord machine)
    {
        if (machine.Quarantine is { } quarantine) yield return Text($"in quarantine since {quarantine.Since:u} (ccr release {key})");
        if (machine.Claim is { } claim) yield return Text($"claimed by {claim.RequestId} until {claim.LeaseUntil:u}");
        if (machine.Waiting is { } waiting)
            yield return Text($"{waiting.RequestId} waits for a management point since {waiting.Since:u}, tried {waiting.Tries} times");
        foreach (var awaited in machine.Awaited.Where(awaited => !awaited.IsOver)) yield return Describe(awaited);
        if (machine.NotVerifiedInARow is > 0 and var failures)
            yield return $"not back after the last {(failures == 1 ? "push" : Text($"{failures} pushes in a row"))}";
        if (machine.CoolDown is { } coolDown) yield return Text($"cool-down until {coolDown.Until:u}");
        yield return Text($"{machine.Pushes.Count} recent pushes");
    }

    /// <summary>A push of which nobody knows yet whether it brought the client back.</summary>
    private static string Describe(Awaited awaited)
    {
        var arrived = awaited.Arrived ? "the site had the request" : "nothing shows that the site had the request";
        var seen = awaited.Seen is { } at ? Text($"last seen {at:u}, {arrived}") : "not seen yet";
        if (awaited.SaidError is { } error) seen = Text($"{seen}, last error {error}");
        return Text($"awaited since {awaited.Since:u} ({awaited.RequestId}): {seen}, next look {awaited.NextLook:u}, given up {awaited.Until:u}");
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
