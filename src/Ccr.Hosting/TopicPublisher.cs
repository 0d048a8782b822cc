using Ccr.Core.Results;
using Ccr.ServiceBus;

namespace Ccr.Hosting;

/// <summary>Publishes results on the results topic.</summary>
internal sealed class TopicPublisher(MessageSender topic) : IResultPublisher
{
    public Task PublishAsync(ResultMessage message, CancellationToken cancellationToken) => topic.SendAsync(
        new OutgoingMessage
        {
            Body = message.Body,
            MessageId = message.MessageId,
            CorrelationId = message.CorrelationId,
            Subject = message.Subject,
            ContentType = ResultMessage.ContentType,
            ApplicationProperties = message.Properties,
        },
        cancellationToken);
}
