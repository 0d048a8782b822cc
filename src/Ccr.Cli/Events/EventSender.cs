using Azure.Messaging.ServiceBus;

namespace Ccr.Cli.Events;

/// <summary>Puts events on the requests queue, many in one transfer.</summary>
internal static class EventSender
{
    /// <summary>Sends events, each under its message id. When it returns, the broker has accepted all of them.</summary>
    public static Task SendAsync(EntitySender queue, IEnumerable<(string MessageId, EventFile Event)> events, CancellationToken cancellationToken) =>
        Task.WhenAll(events.Select(
            e => queue.SendAsync(new ServiceBusMessage(e.Event.Body) { MessageId = e.MessageId, ContentType = "application/json" }, cancellationToken)));

    public static string NewMessageId() => Guid.NewGuid().ToString("N");
}
