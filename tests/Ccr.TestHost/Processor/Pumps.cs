using Ccr.Core.Messaging;
using Ccr.Hosting;
using Ccr.ServiceBus;
using Microsoft.Extensions.Hosting;

namespace Ccr.TestHost.Processor;

/// <summary>
/// Takes messages to the handlers as <c>ccr process</c> does, with crash points around them, and looks at dead letters
/// every five seconds instead of every minute.
/// </summary>
internal sealed class Pumps : BackgroundService
{
    private static readonly TimeSpan LookAtDeadLetters = TimeSpan.FromSeconds(5);

    private static readonly MessagePumpOptions Pumping = new()
    {
        MaxConcurrentCalls = int.TryParse(Environment.GetEnvironmentVariable("CCR_CONCURRENCY"), out var concurrency) ? concurrency : 10,
    };

    private readonly List<MessagePump> _pumps;
    private readonly DeadLetterReporter _deadLetters;
    private readonly HastyEnd? _hastyEnd;

    public Pumps(
        ServiceBusConnection connection, RequestHandler requests, AgentResultHandler agentResults, UndeliveredCommandHandler undelivered,
        DeadLetterReporter deadLetters, CrashPoint crash, Broken broken)
    {
        _deadLetters = deadLetters;
        _hastyEnd = broken.Is(BrokenBuilds.CompleteOnStop) ? new HastyEnd() : null;
        _pumps =
        [
            connection.CreatePump(Entities.Requests, Pumping, async (message, settlement, stop) =>
            {
                crash.Pass(CrashPoints.Received);
                ISettlement settle = new CrashingSettlement(settlement.ForHandlers(), crash);
                if (broken.Is(BrokenBuilds.SettleFirst))
                {
                    await settle.CompleteAsync(stop);
                    settle = new NothingToSettle();
                }

                Task HandleAsync() => requests.HandleAsync(message.ToEvent(), settle, stop);
                await (_hastyEnd?.HandleAsync(settle, HandleAsync) ?? HandleAsync());
            }),
            connection.CreatePump(EntityPath.Subscription(Entities.Results, Entities.LedgerSubscription), Pumping, (message, settlement, stop) =>
                agentResults.HandleAsync(message.Body, new CrashingSettlement(settlement.ForHandlers(), crash), stop)),
            connection.CreatePump(Entities.AgentUndelivered, Pumping, (message, settlement, stop) =>
                undelivered.HandleAsync(message.Body, message.DeadLetterReason, settlement.ForHandlers(), stop)),
        ];
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var pump in _pumps) await pump.StartAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_hastyEnd is not null) await _hastyEnd.EndAsync();
        await Task.WhenAll(_pumps.Select(pump => pump.StopAsync(cancellationToken)));
        await base.StopAsync(cancellationToken);
        foreach (var pump in _pumps) await pump.DisposeAsync();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        _deadLetters.RunAsync(LookAtDeadLetters, fault => Console.Error.WriteLine($"Dead letters: {fault.Message}"), stoppingToken);
}
