namespace Ccr.Cli.Commands;

/// <summary><c>ccr pause</c>, <c>ccr brake release</c> and <c>ccr release</c>: what a person decides for all instances.</summary>
internal static class OperatorCommands
{
    private static readonly Argument<string> Machine = new("MACHINE") { Description = @"The machine: CORP\PC01, or PC01 with --domain" };
    private static readonly Argument<string> Site = new("SITE") { Description = "The key of the site" };
    private static readonly Option<string?> Domain = new("--domain") { Description = "Its NetBIOS domain", HelpName = "NAME" };

    public static Command CreatePause(CommandLine line) => new("pause", "Stops all submissions of all instances, or lets them go on.")
    {
        Create(
            line, "on", "Everything waits.", [],
            (ledger, _, stop) => SwitchAsync(ledger.PauseAsync(true, stop), "All submissions are paused.", "All submissions were paused already.")),
        Create(
            line, "off", "What waited goes on.", [],
            (ledger, _, stop) => SwitchAsync(ledger.PauseAsync(false, stop), "Submissions go on.", "Submissions were not paused.")),
    };

    public static Command CreateBrake(CommandLine line) => new("brake", "The storm brake, which holds a site when too many machines are reported at once.")
    {
        Create(
            line,
            "release",
            "Lets the machines pass that it holds.",
            [Site],
            (ledger, arguments, stop) =>
                SwitchAsync(ledger.ReleaseBrakeAsync(arguments.GetValue(Site)!, stop), "The brake is released.", "The brake of that site does not hold.")),
    };

    public static Command CreateRelease(CommandLine line) => Create(
        line,
        "release",
        "Ends the quarantine of a machine that was pushed too often.",
        [Machine, Domain],
        (ledger, arguments, stop) => SwitchAsync(
            ledger.ReleaseMachineAsync(LedgerArguments.MachineKeyOf(arguments.GetValue(Machine)!, arguments.GetValue(Domain)), stop),
            "The machine is released; a new event for it is carried out after its cool-down.",
            "The machine is not in quarantine."));

    private static Command Create(
        CommandLine line, string name, string description, Symbol[] symbols, Func<LedgerOperator, ParseResult, CancellationToken,
        Task<(bool Changed, string Sentence)>> run)
    {
        var ledgerArguments = new LedgerArguments();
        var command = new Command(name, description);
        foreach (var argument in symbols.OfType<Argument>()) command.Add(argument);
        foreach (var option in symbols.OfType<Option>()) command.Add(option);
        ledgerArguments.AddTo(command);
        command.SetAction(async (arguments, stop) =>
        {
            var (changed, sentence) = await ledgerArguments.UseAsync(
                arguments, ledger => run(new LedgerOperator(ledger, line.Time, Environment.UserName), arguments, stop));
            line.ReportFor(arguments).Say(sentence, "operation", new Dictionary<string, object?> { ["changed"] = changed });
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<(bool Changed, string Sentence)> SwitchAsync(Task<bool> change, string done, string idle) =>
        await change ? (true, done) : (false, idle);
}
