using System.Collections.Concurrent;
using Ccr.Core.Agents;
using Ccr.Core.Processing;
using Ccr.Core.Telemetry;

namespace Ccr.Hosting.Messaging;

/// <summary>Puts events on the requests queue, now or at a later time.</summary>
internal sealed class QueueSender(EntitySender queue) : IRequestSender
{
    public Task SendAsync(OutgoingEvent message, CancellationToken cancellationToken)
    {
        var outgoing = new ServiceBusMessage(message.Body) { MessageId = message.MessageId, ContentType = message.ContentType };
        if (message.At is { } at) outgoing.ScheduledEnqueueTime = at;
        return queue.SendAsync(outgoing.With(Traces.Continue(message.Properties)), cancellationToken);
    }
}

/// <summary>Schedules looks on the queue of verifications.</summary>
internal sealed class LookSender(EntitySender queue) : ILookSender
{
    public Task ScheduleAsync(PendingLook look, DateTimeOffset at, CancellationToken cancellationToken) => queue.SendAsync(
        new ServiceBusMessage(look.Write())
        {
            MessageId = look.MessageId,
            CorrelationId = look.RequestId,
            Subject = look.Machine,
            ContentType = "application/json",
            ScheduledEnqueueTime = at,
        }, cancellationToken);
}

/// <summary>Publishes results on the results topic.</summary>
internal sealed class TopicPublisher(EntitySender topic) : IResultPublisher
{
    public Task PublishAsync(ResultMessage message, CancellationToken cancellationToken)
    {
        var outgoing = new ServiceBusMessage(message.Body)
        {
            MessageId = message.MessageId,
            CorrelationId = message.CorrelationId,
            Subject = message.Subject,
            ContentType = ResultMessage.ContentType,
        };
        return topic.SendAsync(outgoing.With(message.Properties), cancellationToken);
    }
}

/// <summary>
/// Puts commands on the queues of the sites' agents. What is certainly not there may be sent again later, so it must be known: each is sent in one
/// attempt, and not in a group.
/// </summary>
internal sealed class CommandSender(ServiceBusConnection connection, TimeProvider time) : ICommandSender, IAsyncDisposable
{
    private static readonly IReadOnlyDictionary<string, object> NoProperties = new Dictionary<string, object>(StringComparer.Ordinal);

    /// <summary>A command that has expired must not stay for ever, which is what no time to live would mean.</summary>
    private static readonly TimeSpan ShortestLife = TimeSpan.FromSeconds(1);

    /// <summary>An agent can answer a look at once. Only what the ledger says was asked counts, and that is written after the look was sent.</summary>
    private static readonly TimeSpan NotedWithin = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, OnceSender> _queues = new(StringComparer.Ordinal);

    public Task SendAsync(AgentCommand command, CancellationToken cancellationToken)
    {
        var life = command.Expires - time.GetUtcNow();
        var outgoing = new ServiceBusMessage(command.Write())
        {
            MessageId = command.RequestId,
            CorrelationId = command.RequestId,
            Subject = command.Machine,
            ContentType = "application/json",
            TimeToLive = life > ShortestLife ? life : ShortestLife,
        };
        return QueueOf(command.Site).SendAsync(outgoing.With(Traces.Continue(NoProperties)), cancellationToken);
    }

    public Task SendAsync(AgentLook look, CancellationToken cancellationToken)
    {
        var outgoing = new ServiceBusMessage(look.Write())
        {
            MessageId = look.Nonce,
            CorrelationId = look.Nonce,
            ContentType = "application/json",
            TimeToLive = AgentLook.GoodFor,
            ScheduledEnqueueTime = time.GetUtcNow() + NotedWithin,
        };
        return QueueOf(look.Site).SendAsync(outgoing.With(Traces.Continue(NoProperties)), cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var queue in _queues.Values) await queue.DisposeAsync();
    }

    private OnceSender QueueOf(string site) => _queues.GetOrAdd(site, key => connection.CreateOnceSender(Entities.AgentQueue(key)));
}
