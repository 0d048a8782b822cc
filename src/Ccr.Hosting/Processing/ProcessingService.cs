using Ccr.Core.Processing;
using Ccr.Hosting.Messaging;
using Microsoft.Extensions.Hosting;

namespace Ccr.Hosting.Processing;

/// <summary>
/// Takes messages from Service Bus to their handlers, as the triggers of the Function app do, answers dead letters, prunes and watches the ledger, and has
/// the broker drop what nobody watched: the whole processing of every host but the Function app.
/// </summary>
/// <param name="connection">The connection.</param>
/// <param name="routes">What is taken, and where to.</param>
/// <param name="deadLetters">Answers dead letters.</param>
/// <param name="ledgers">Notices other ledgers.</param>
/// <param name="pruner">Prunes the ledger.</param>
/// <param name="watch">Has the broker drop what nobody watched.</param>
/// <param name="options">How much at once, and how often.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
public sealed class ProcessingService(
    ServiceBusConnection connection, IEnumerable<EntityRoute> routes, DeadLetterReporter deadLetters, LedgerWatch ledgers, LedgerPruner pruner,
    WatchExpiry watch, ProcessingOptions options, TimeProvider time, ILogger<ProcessingService> logger) : BackgroundService
{
    private readonly List<EntityProcessor> _processors =
        [.. routes.Select(route => connection.CreateProcessor(route.Entity, options.MaxConcurrent, route.Handle))];

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var processor in _processors) await processor.StartAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Takes no more, lets what was begun end, and hands the rest back.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_processors.Select(processor => processor.StopAsync(cancellationToken)));
        await base.StopAsync(cancellationToken);
        foreach (var processor in _processors) await processor.DisposeAsync();
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        pruner.RunAsync(stoppingToken),
        RepeatAsync(WatchExpiry.Every, watch.DropExpiredAsync, fault => Log.WatchNotExpired(logger, fault), stoppingToken),
        RepeatAsync(options.LookAtDeadLetters, deadLetters.ReportAsync, fault => Log.DeadLettersNotReported(logger, fault), stoppingToken),
        RepeatAsync(options.LookAtResults, ledgers.LookAsync, fault => Log.ResultsNotLookedAt(logger, fault), stoppingToken));

    /// <summary>Looks once, and then again and again; a fault is said when it comes, and not each time.</summary>
    private async Task RepeatAsync(TimeSpan every, Func<CancellationToken, Task> look, Action<string> onFault, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(every, time);
        string? said = null;
        do
        {
            try
            {
                await look(cancellationToken);
                said = null;
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                if (said != fault.Message) onFault(said = fault.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }
}
