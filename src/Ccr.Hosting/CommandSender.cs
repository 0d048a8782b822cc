using System.Collections.Concurrent;
using Ccr.Core.Agents;
using Ccr.Core.Messaging;
using Ccr.Core.Telemetry;
using Ccr.ServiceBus;

namespace Ccr.Hosting;

/// <summary>Puts commands on the queues of the sites' agents.</summary>
internal sealed class CommandSender(ServiceBusConnection connection, TimeProvider time) : ICommandSender, IAsyncDisposable
{
    private static readonly IReadOnlyDictionary<string, object> NoProperties = new Dictionary<string, object>(StringComparer.Ordinal);

    /// <summary>A command that has expired must not stay for ever, which is what no time to live would mean.</summary>
    private static readonly TimeSpan ShortestLife = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, MessageSender> _queues = new(StringComparer.Ordinal);

    public Task SendAsync(AgentCommand command, CancellationToken cancellationToken)
    {
        var queue = _queues.GetOrAdd(command.Site, site => connection.CreateSender(Entities.AgentQueue(site)));
        var life = command.Expires - time.GetUtcNow();
        var message = new OutgoingMessage
        {
            Body = command.Write(),
            MessageId = command.RequestId,
            CorrelationId = command.RequestId,
            Subject = command.Machine,
            ContentType = "application/json",
            TimeToLive = life > ShortestLife ? life : ShortestLife,
            ApplicationProperties = Traces.Continue(NoProperties),
        };
        return queue.SendAsync(message, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var queue in _queues.Values) await queue.DisposeAsync();
    }
}
