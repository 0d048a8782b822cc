using Ccr.Core.Processing;
using Microsoft.Extensions.Hosting;

namespace Ccr.Agent;

/// <summary>Deletes what the journal has kept for long enough (<c>Ccr:Ledger</c>).</summary>
internal sealed class JournalPruning(LedgerPruner pruner) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => pruner.RunAsync(stoppingToken);
}
