using Ccr.Core.Ledger;
using Ccr.Core.Messaging;
using Ccr.Hosting;
using Ccr.ServiceBus;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ccr.Cli.Processing;

/// <summary>Takes messages from Service Bus, as the triggers of the function app do, to the same handlers.</summary>
internal sealed class ProcessingService(
    ServiceBusConnection connection, RequestHandler requests, AgentResultHandler agentResults, UndeliveredCommandHandler undelivered,
    DeadLetterReporter deadLetters, LedgerPruner pruner, ILogger<ProcessingService> logger) : BackgroundService
{
    private static readonly TimeSpan LookAtDeadLetters = TimeSpan.FromMinutes(1);

    // As many at a time as a site works on (host.json has the same).
    private static readonly MessagePumpOptions Pumping = new() { MaxConcurrentCalls = 10 };

    private readonly List<MessagePump> _pumps =
    [
        connection.CreatePump(Entities.Requests, Pumping, (message, settlement, stop) =>
            requests.HandleAsync(message.ToEvent(), settlement.ForHandlers(), stop)),
        connection.CreatePump(EntityPath.Subscription(Entities.Results, Entities.LedgerSubscription), Pumping, (message, settlement, stop) =>
            agentResults.HandleAsync(message.Body, settlement.ForHandlers(), stop)),
        connection.CreatePump(Entities.AgentUndelivered, Pumping, (message, settlement, stop) =>
            undelivered.HandleAsync(message.Body, message.DeadLetterReason, settlement.ForHandlers(), stop)),
    ];

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var pump in _pumps) await pump.StartAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Takes no more, lets what was begun end, and hands the rest back.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_pumps.Select(pump => pump.StopAsync(cancellationToken)));
        await base.StopAsync(cancellationToken);
        foreach (var pump in _pumps) await pump.DisposeAsync();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        pruner.RunAsync(stoppingToken),
        deadLetters.RunAsync(LookAtDeadLetters, fault => Log.DeadLettersNotReported(logger, fault), stoppingToken));
}
