using Ccr.ServiceBus;

namespace Ccr.Cli.Events;

/// <summary>Puts events on the requests queue, many in one transfer.</summary>
internal static class EventSender
{
    private const int BatchSize = 100;

    /// <summary>Sends events, each under its message id. When it returns, the broker has accepted all of them.</summary>
    public static async Task SendAsync(MessageSender queue, IEnumerable<(string MessageId, EventFile Event)> events, CancellationToken cancellationToken)
    {
        foreach (var chunk in events.Chunk(BatchSize))
            await queue.SendBatchAsync([.. chunk.Select(e => MessageOf(e.MessageId, e.Event))], cancellationToken);
    }

    public static string NewMessageId() => Guid.NewGuid().ToString("N");

    private static OutgoingMessage MessageOf(string messageId, EventFile file) => new()
    {
        MessageId = messageId,
        ContentType = "application/json",
        Body = file.Body,
    };
}
