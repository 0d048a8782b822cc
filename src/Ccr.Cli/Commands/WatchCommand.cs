using Ccr.Core.Agents;
namespace Ccr.Cli.Commands;

/// <summary><c>ccr watch</c>: shows results as they come. What it has shown is taken from the subscription, which nobody else takes from.</summary>
internal static class WatchCommand
{
    private static readonly Option<string> Subscription = new("--subscription")
    {
        Description = "The subscription of the results topic",
        HelpName = "NAME",
        DefaultValueFactory = _ => Entities.WatchSubscription,
    };

    public static Command Create(CommandLine line)
    {
        var connection = new ConnectionArguments();
        var command = new Command(
            "watch", "Shows results as they come, until it is stopped. It takes them: of two that watch one subscription each sees a part.")
        {
            connection.Connection, connection.Timeout, Subscription,
        };
        command.SetAction((arguments, stop) => RunAsync(line, connection, arguments, stop));
        return command;
    }

    private static async Task<int> RunAsync(CommandLine line, ConnectionArguments connectionArguments, ParseResult arguments, CancellationToken stop)
    {
        var report = line.ReportFor(arguments);
        var subscription = EntityPath.Subscription(Entities.Results, arguments.GetValue(Subscription)!);
        await using var connection = await connectionArguments.ConnectAsync(
            line, arguments, (made, token) => made.ProbeReceivingAsync(subscription, token), stop);
        await using var results = connection.CreateProcessor(subscription, concurrency: 1, async (message, settlement, cancellationToken) =>
        {
            var body = message.ToEvent().Body;
            if (ResultMessage.ReadVerification(body.Span) is { } verification)
            {
                report.Show(verification);
            }
            else if (ResultMessage.Read(body.Span) is { } result)
            {
                report.Show(result);
            }
            else if (LookReport.Read(body.Span) is null && AgentHeartbeat.Read(body.Span) is null)
            {
                await settlement.DeadLetterAsync(MessagingReasons.NotAResult.Code, MessagingReasons.NotAResult.Meaning, cancellationToken);
                return;
            }

            await settlement.CompleteAsync(cancellationToken);
        });
        await results.StartAsync(stop);
        await line.WaitForStopAsync(stop);
        await results.StopAsync(CancellationToken.None);
        return ExitCode.Done;
    }
}
