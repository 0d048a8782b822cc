using Ccr.Cli.Status;
using Ccr.Core.Text;

namespace Ccr.Cli.Commands;

/// <summary><c>ccr status</c> and <c>ccr actions</c>: is anything held, by whom and what, until when, and what did people do.</summary>
internal static class StatusCommand
{
    private static readonly Option<int> Max = new("--max") { Description = "How many, the latest first", HelpName = "N", DefaultValueFactory = _ => 50 };

    public static Command Create(CommandLine line)
    {
        var (connection, ledger) = (new ConnectionArguments(), new LedgerArguments());
        var command = new Command("status", "Says whether anything is held back, by what, until when, and what waits for a person (then it ends with 1).")
        {
            connection.Connection, connection.Timeout,
        };
        ledger.AddTo(command);
        command.SetAction((arguments, stop) => RunAsync(line, connection, ledger, arguments, stop));
        return command;
    }

    public static Command CreateActions(CommandLine line)
    {
        var ledger = new LedgerArguments();
        var command = new Command("actions", "Lists what people did by hand: who, when, what, on what, before and after, and why.") { Max };
        ledger.AddTo(command);
        command.SetAction(async (arguments, stop) =>
        {
            var actions = await ledger.UseAsync(arguments, async store => (await store.ListActionsAsync(null, arguments.GetValue(Max), stop)).Rows);
            var report = line.ReportFor(arguments);
            foreach (var action in actions)
            {
                var change = action.Before is null ? "" : $": {action.Before} -> {action.After}";
                var why = action.Reason is null ? "" : $" ({action.Reason})";
                report.Say(
                    SafeText.Printable(
                        $"{action.At:u}  {action.Who.Name}  {action.Kind} {action.Target}{change}{why}  {action.Outcome} {action.Done} of {action.Count}"),
                    "action", new Dictionary<string, object?> { ["record"] = action });
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<int> RunAsync(
        CommandLine line, ConnectionArguments connectionArguments, LedgerArguments ledger, ParseResult arguments, CancellationToken stop)
    {
        var facts = await ledger.UseAsync(
            arguments,
            (services, configuration) => StatusFacts.ReadAsync(services.GetRequiredService<IOperatorLedger>(), configuration, line.Time, stop));
        if (ConnectionArguments.Find(arguments, connectionArguments.Connection) is not null)
        {
            await using var connection = await connectionArguments.ConnectAsync(
                line, arguments, (made, token) => made.ProbeReceivingAsync(Entities.Requests, token), stop);
            facts = facts with { Queues = await QueueFacts.ReadAsync(connection, stop) };
        }

        var report = line.ReportFor(arguments);
        var lines = StatusText.Of(facts).ToList();
        foreach (var (name, text, person) in lines)
        {
            report.Say(
                SafeText.Printable($"{name,-10}{text}{(person is null ? "" : $"  -> {person}")}"), "status",
                new Dictionary<string, object?> { ["name"] = name, ["text"] = text, ["person"] = person });
        }

        return lines.All(each => each.Person is null) ? ExitCode.Done : ExitCode.Failed;
    }
}
