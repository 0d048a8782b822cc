using Ccr.Core.Messaging;
using Ccr.Core.Telemetry;
using Ccr.ServiceBus;

namespace Ccr.Hosting;

/// <summary>Puts events on the requests queue.</summary>
internal sealed class QueueSender(MessageSender queue) : IRequestSender
{
    public Task SendAsync(OutgoingEvent message, CancellationToken cancellationToken) => queue.SendAsync(
        new OutgoingMessage
        {
            Body = message.Body,
            MessageId = message.MessageId,
            ContentType = message.ContentType,
            ScheduledEnqueueTime = message.At,
            ApplicationProperties = Traces.Continue(message.Properties),
        },
        cancellationToken);
}
