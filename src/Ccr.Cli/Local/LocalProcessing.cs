using Ccr.Core.Messaging;
using Ccr.Hosting;
using Ccr.ServiceBus;
using Microsoft.Extensions.DependencyInjection;

namespace Ccr.Cli.Local;

/// <summary>The processing of a local run: what comes by the queue, and, with agents, what they did or did not do.</summary>
internal sealed class LocalProcessing(ServiceBusConnection connection, IServiceProvider services) : IAsyncDisposable
{
    private readonly List<MessagePump> _pumps = [];

    public async Task StartAsync(bool withAgents, CancellationToken stop)
    {
        var requests = services.GetRequiredService<RequestHandler>();
        Pump(Entities.Requests, (message, settlement, token) => requests.HandleAsync(message.ToEvent(), settlement.ForHandlers(), token));
        if (withAgents)
        {
            var results = services.GetRequiredService<AgentResultHandler>();
            var undelivered = services.GetRequiredService<UndeliveredCommandHandler>();
            Pump(EntityPath.Subscription(Entities.Results, Entities.LedgerSubscription), (message, settlement, token) => results.HandleAsync(message.Body, settlement.ForHandlers(), token));
            Pump(Entities.AgentUndelivered, (message, settlement, token) => undelivered.HandleAsync(message.Body, message.DeadLetterReason, settlement.ForHandlers(), token));
        }

        foreach (var pump in _pumps) await pump.StartAsync(stop);
    }

    /// <summary>Takes no more, and lets what was begun end.</summary>
    public Task StopAsync() => Task.WhenAll(_pumps.Select(pump => pump.StopAsync()));

    public async ValueTask DisposeAsync()
    {
        foreach (var pump in _pumps) await pump.DisposeAsync();
    }

    private void Pump(string entity, Func<ReceivedMessage, MessageSettlement, CancellationToken, Task> handle) =>
        _pumps.Add(connection.CreatePump(entity, new MessagePumpOptions { MaxConcurrentCalls = 32 }, handle));
}
