using System.Globalization;

namespace Ccr.Cli.Commands;

/// <summary><c>ccr history</c>: what happened to a machine, and how it stands.</summary>
internal static class HistoryCommand
{
    private static readonly Argument<string> Machine = new("MACHINE") { Description = @"The machine: CORP\PC01, or PC01 with --domain" };
    private static readonly Option<string?> Domain = new("--domain") { Description = "Its NetBIOS domain", HelpName = "NAME" };

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
        var key = LedgerArguments.MachineKeyOf(arguments.GetValue(Machine)!, arguments.GetValue(Domain));
        var history = await ledgerArguments.UseAsync(arguments, async ledger => await ledger.ReadHistoryAsync(key, stop));

        var report = line.ReportFor(arguments);
        foreach (var result in history.Results) report.ShowAt(result);
        report.Say(
            Describe(key, history.Machine, history.Results.Count),
            "machine",
            new Dictionary<string, object?> { ["key"] = key, ["results"] = history.Results.Count, ["record"] = history.Machine });
        return ExitCode.Done;
    }

    private static string Describe(string key, MachineRecord? machine, int results)
    {
        if (machine is null) return results == 0 ? $"{key}: nothing is known of it." : $"{key} was never pushed.";

        var facts = new List<string>();
        if (machine.Quarantine is { } quarantine)
            facts.Add(string.Create(CultureInfo.InvariantCulture, $"in quarantine since {quarantine.Since:u} (ccr release {key})"));
        if (machine.Claim is { } claim) facts.Add(string.Create(CultureInfo.InvariantCulture, $"claimed by {claim.RequestId} until {claim.LeaseUntil:u}"));
        if (machine.Waiting is { } waiting)
        {
            facts.Add(string.Create(
                CultureInfo.InvariantCulture, $"{waiting.RequestId} waits for a management point since {waiting.Since:u}, tried {waiting.Tries} times"));
        }
        if (machine.CoolDown is { } coolDown) facts.Add(string.Create(CultureInfo.InvariantCulture, $"cool-down until {coolDown.Until:u}"));
        facts.Add(string.Create(CultureInfo.InvariantCulture, $"{machine.Pushes.Count} recent pushes"));
        return $"{key}: {string.Join("; ", facts)}.";
    }
}
