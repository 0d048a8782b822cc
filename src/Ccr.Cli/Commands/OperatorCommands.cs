using System.Globalization;
using Ccr.Core.Text;

namespace Ccr.Cli.Commands;

/// <summary><c>ccr pause</c>, <c>ccr brake release</c> and <c>ccr release</c>: what a person decides for all instances.</summary>
internal static class OperatorCommands
{
    private static readonly Argument<string> Machine = new("MACHINE") { Description = @"The machine: CORP\PC01, or PC01 with --domain" };
    private static readonly Argument<string> Site = new("SITE") { Description = "The key of the site" };
    private static readonly Option<string?> Domain = new("--domain") { Description = "Its NetBIOS domain, by default Ccr:DefaultDomain", HelpName = "NAME" };

    private static readonly Option<string?> OneSite = new("--site")
    {
        Description = "The key of a site: only what goes to it waits; by default everything",
        HelpName = "SITE",
    };
    private static readonly Option<TimeSpan?> For = new("--for") { Description = "In what time it ends by itself, for example 4h", HelpName = "DURATION" };
    private static readonly Option<DateTimeOffset?> Until = new("--until")
    {
        Description = "When it ends by itself, for example 2026-01-31T18:00Z; by default somebody has to end it",
        HelpName = "TIME",
    };
    private static readonly Option<string?> Why = new("--why")
    {
        Description = "Why, for whoever asks who did it: an incident's number, for example",
        HelpName = "TEXT",
    };

    public static Command CreatePause(CommandLine line) => new("pause", "Stops all submissions of all instances, or those to one site, or lets them go on.")
    {
        Create(
            line, "on", "Everything waits.", [OneSite, For, Until, Why],
            async (people, arguments, stop) =>
            {
                var (site, until) = (arguments.GetValue(OneSite), EndOf(line, arguments));
                var what = site is null ? "All submissions are" : $"The submissions to the site {site} are";
                var end = until is null ? "" : string.Create(CultureInfo.InvariantCulture, $" until {until:u}");
                return await people.PauseAsync(site, until, arguments.GetValue(Why), stop)
                    ? (true, $"{what} paused{end}.")
                    : (false, $"{what} paused already{end}.");
            }),
        Create(
            line, "off", "What waited goes on.", [OneSite, Why],
            async (people, arguments, stop) => await people.ResumeAsync(arguments.GetValue(OneSite), arguments.GetValue(Why), stop)
                ? (true, "Submissions go on.")
                : (false, "Submissions were not paused.")),
    };

    public static Command CreateBrake(CommandLine line) => new("brake", "The storm brake, which holds a site when too many machines are reported at once.")
    {
        Create(
            line, "release", "Lets the machines pass that it holds.", [Site, Why],
            async (people, arguments, stop) => await people.ReleaseBrakeAsync(arguments.GetValue(Site)!, arguments.GetValue(Why), stop)
                ? (true, "The brake is released.")
                : (false, "The brake of that site does not hold.")),
    };

    public static Command CreateRelease(CommandLine line)
    {
        var ledger = new LedgerArguments();
        return Create(
            line, ledger, "release", "Ends the quarantine of a machine that was pushed too often.", [Machine, Domain, Why],
            async (people, arguments, stop) =>
            {
                var key = ledger.MachineKeyOf(arguments, arguments.GetValue(Machine)!, arguments.GetValue(Domain));
                return await people.ReleaseMachineAsync(key, arguments.GetValue(Why), stop)
                    ? (true, "The machine is released; a new event for it is carried out after its cool-down.")
                    : (false, "The machine is not in quarantine.");
            });
    }

    private static DateTimeOffset? EndOf(CommandLine line, ParseResult arguments)
    {
        var (time, until, now) = (arguments.GetValue(For), arguments.GetValue(Until), line.Time.GetUtcNow());
        if (time is not null && until is not null) throw new UserErrorException(CliReasons.BadArgument, "--for and --until exclude each other: write one");

        var end = time is null ? until : now + time;
        return end <= now ? throw new UserErrorException(CliReasons.BadArgument, $"the pause would end at {end:u}, which is past") : end;
    }

    private static Command Create(
        CommandLine line, string name, string description, Symbol[] symbols,
        Func<LedgerOperator, ParseResult, CancellationToken, Task<(bool Changed, string Sentence)>> run) =>
        Create(line, new LedgerArguments(), name, description, symbols, run);

    private static Command Create(
        CommandLine line, LedgerArguments ledger, string name, string description, Symbol[] symbols,
        Func<LedgerOperator, ParseResult, CancellationToken, Task<(bool Changed, string Sentence)>> run)
    {
        var command = new Command(name, description);
        foreach (var argument in symbols.OfType<Argument>()) command.Add(argument);
        foreach (var option in symbols.OfType<Option>()) command.Add(option);
        ledger.AddTo(command);
        command.SetAction(async (arguments, stop) =>
        {
            var (changed, sentence) = await ledger.OperateAsync(
                line, arguments,
                async (people, view, configuration) =>
                {
                    var site = symbols.Contains(Site) ? arguments.GetValue(Site) : symbols.Contains(OneSite) ? arguments.GetValue(OneSite) : null;
                    if (site is not null) await RequireSiteAsync(view, configuration, site, stop);
                    return await run(people, arguments, stop);
                },
                stop);
            line.ReportFor(arguments).Say(sentence, "operation", new Dictionary<string, object?> { ["changed"] = changed });
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>
    /// A misspelt site would hold nothing, and whoever asked would believe that it does. It must be configured, or the ledger must know it; a ledger that
    /// knows none yet cannot say.
    /// </summary>
    private static async Task RequireSiteAsync(ILedgerView ledger, IConfiguration configuration, string site, CancellationToken stop)
    {
        var known = Core.CcrOptions.KeysOfSites(configuration)
            .Concat((await ledger.ListSwitchesAsync(stop)).Select(record => record.Site).OfType<string>())
            .Concat((await ledger.ListAgentsAsync(stop)).Select(agent => agent.Site))
            .Concat((await ledger.ListResultsAsync(new ResultFilter(), null, 1000, stop)).Rows.Select(result => result.Site).OfType<string>())
            .Distinct().Order(StringComparer.Ordinal).ToList();
        if (known.Count > 0 && !known.Contains(site))
        {
            throw new UserErrorException(
                CliReasons.BadArgument, $"there is no site {SafeText.Quote(site)}; known are {string.Join(", ", known.Select(key => SafeText.Escape(key)))}");
        }
    }
}
