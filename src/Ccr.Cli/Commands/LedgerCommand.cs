using System.Globalization;
using Ccr.Core;
using Microsoft.Extensions.Options;

namespace Ccr.Cli.Commands;

/// <summary><c>ccr ledger restored</c>: what is to be done once after a ledger was put back from a backup, or made again.</summary>
internal static class LedgerCommand
{
    private static readonly Option<DateTimeOffset?> Until = new("--until")
    {
        Description = "When the hold ends, for example 2026-01-31T18:00:00Z; by default in one cool-down (Ccr:Submissions:CoolDown)",
        HelpName = "TIME",
    };

    public static Command Create(CommandLine line)
    {
        var ledger = new LedgerArguments();
        var restored = new Command("restored", "Holds every machine for one cool-down: the ledger does not know what was pushed after its backup.") { Until };
        ledger.AddTo(restored);
        restored.SetAction((arguments, stop) => RunAsync(line, ledger, arguments, stop));
        return new Command("ledger", "What is done to the ledger as a whole.") { restored };
    }

    private static async Task<int> RunAsync(CommandLine line, LedgerArguments ledger, ParseResult arguments, CancellationToken stop)
    {
        var now = line.Time.GetUtcNow();
        var until = arguments.GetValue(Until) ?? now + CoolDownOf(ledger.Configure(arguments));
        if (until <= now) throw new UserErrorException(CliReasons.BadArgument, $"--until {until:u} is past");

        var changed = await ledger.OperateAsync(line, arguments, (people, _, _) => people.HoldAsync(until, stop), stop);
        line.ReportFor(arguments).Say(
            changed
                ? string.Create(CultureInfo.InvariantCulture, $"Every machine is held until {until:u}; ccr pause off ends that before.")
                : "Nothing was changed: every machine is held already, at least as long. ccr pause off ends that.",
            "operation",
            new Dictionary<string, object?> { ["changed"] = changed, ["until"] = until });
        return ExitCode.Done;
    }

    private static TimeSpan CoolDownOf(IConfiguration configuration)
    {
        using var services = new ServiceCollection().AddLogging().AddCcrCore(configuration).BuildServiceProvider();
        return services.GetRequiredService<IOptions<CcrOptions>>().Value.Submissions.CoolDown;
    }
}
