using Ccr.Hosting.Messaging;
using Microsoft.Extensions.Hosting;

namespace Ccr.Hosting.Processing;

/// <summary>
/// Takes messages from Service Bus to their handlers, as the triggers of the Function app do, answers dead letters, prunes the ledger and has the
/// broker drop what nobody watched: the whole processing of every host but the Function app.
/// </summary>
public sealed class ProcessingService(
    ServiceBusConnection connection, IEnumerable<EntityRoute> routes, DeadLetterReporter deadLetters, LedgerPruner pruner, WatchExpiry watch,
    ProcessingOptions options, ILogger<ProcessingService> logger) : BackgroundService
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
        watch.RunAsync(fault => Log.WatchNotExpired(logger, fault.Message), stoppingToken),
        deadLetters.RunAsync(options.LookAtDeadLetters, fault => Log.DeadLettersNotReported(logger, fault.Message), stoppingToken));
}
