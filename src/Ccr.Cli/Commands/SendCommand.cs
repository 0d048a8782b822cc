using Ccr.Cli.Events;

namespace Ccr.Cli.Commands;

/// <summary><c>ccr send</c>: puts events on the requests queue.</summary>
internal static class SendCommand
{
    private static readonly Argument<string[]> Files = new("FILE")
    {
        Description = "Events: .json files, .ndjson files, folders of them, or - for standard input",
        Arity = ArgumentArity.OneOrMore,
    };
    private static readonly Option<string> Queue = new("--queue")
    {
        Description = "The queue",
        HelpName = "NAME",
        DefaultValueFactory = _ => Entities.Requests,
    };
    private static readonly Option<bool> Now = new("--now")
    {
        Description = "Move the times in each event, so that it happened now; a sample from long ago is else refused as too old",
    };

    public static Command Create(CommandLine line)
    {
        var connection = new ConnectionArguments();
        var command = new Command("send", "Sends events to the requests queue.") { Files, connection.Connection, connection.Timeout, Queue, Now };
        command.SetAction((arguments, stop) => RunAsync(line, connection, arguments, stop));
        return command;
    }

    private static async Task<int> RunAsync(CommandLine line, ConnectionArguments connectionArguments, ParseResult arguments, CancellationToken stop)
    {
        var events = await EventFiles.ReadAsync(arguments.GetValue(Files)!, line.StandardInput, stop);
        if (arguments.GetValue(Now)) events = [.. events.Select(e => EventTimes.MoveTo(line.Time.GetUtcNow(), e))];
        var messages = events.Select(e => (MessageId: EventSender.NewMessageId(), Event: e)).ToList();
        var queueName = arguments.GetValue(Queue)!;
        await using var connection = await connectionArguments.ConnectAsync(line, arguments, (made, token) => made.ProbeSendingAsync(queueName, token), stop);
        await using var queue = connection.CreateSender(queueName);
        await EventSender.SendAsync(queue, messages, stop);

        line.ReportFor(arguments).Say(
            $"Sent {messages.Count} {(messages.Count == 1 ? "event" : "events")} to {queueName}.",
            "sent",
            new Dictionary<string, object?>
            {
                ["queue"] = queueName,
                ["events"] = messages.Select(m => new { m.MessageId, m.Event.Name }),
            });
        return ExitCode.Done;
    }
}
