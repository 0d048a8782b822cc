using Azure.Messaging.ServiceBus;
using Ccr.Core;
using Microsoft.Extensions.Options;

namespace Ccr.Cli.Status;

/// <summary>Everything that says whether something is held back, or waits for a person.</summary>
internal sealed record StatusFacts
{
    /// <summary>So many results are read at the most, or a busy day would take minutes.</summary>
    private const int MostResults = 20_000;

    public required DateTimeOffset Now { get; init; }

    /// <summary>Which ledger it is.</summary>
    public required string Ledger { get; init; }

    public required IReadOnlyList<SwitchRecord> Switches { get; init; }

    public required Census Census { get; init; }

    public required IReadOnlyList<AgentHeard> Agents { get; init; }

    /// <summary>What people did last.</summary>
    public required IReadOnlyList<OperatorAction> Actions { get; init; }

    /// <summary>The results of the last day, latest first, as far as they were read.</summary>
    public required IReadOnlyList<ReinstallResult> Results { get; init; }

    /// <summary>Whether there are more of them.</summary>
    public bool HasMoreResults { get; init; }

    /// <summary>When the windows of sites open that are shut now; empty when no configuration was named.</summary>
    public IReadOnlyList<(string Site, DateTimeOffset Opens)> ShutWindows { get; init; } = [];

    /// <summary>What lies on the queues; null when the broker was not asked.</summary>
    public IReadOnlyList<QueueFacts>? Queues { get; init; }

    public static async Task<StatusFacts> ReadAsync(IOperatorLedger ledger, IConfiguration configuration, TimeProvider time, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        var results = await ReadResultsAsync(ledger, now, stop);
        return new StatusFacts
        {
            Now = now,
            Ledger = await new LedgerIdentity(ledger, time).ReadAsync(stop),
            Switches = await ledger.ListSwitchesAsync(stop),
            Census = await Census.TakeAsync(ledger, now, stop),
            Agents = await ledger.ListAgentsAsync(stop),
            Actions = (await ledger.ListActionsAsync(null, 5, stop)).Rows,
            Results = results,
            HasMoreResults = results.Count >= MostResults,
            ShutWindows = [.. FindShutWindows(configuration, now)],
        };
    }

    private static async Task<IReadOnlyList<ReinstallResult>> ReadResultsAsync(ILedgerView ledger, DateTimeOffset now, CancellationToken stop)
    {
        var lastDay = new ResultFilter { From = now.AddDays(-1) };
        return await Paging.AllAsync(after => ledger.ListResultsAsync(lastDay, after, 1000, stop)).Take(MostResults).ToListAsync(stop);
    }

    private static IEnumerable<(string Site, DateTimeOffset Opens)> FindShutWindows(IConfiguration configuration, DateTimeOffset now)
    {
        var sites = CcrOptions.KeysOfSites(configuration);
        if (sites.Count == 0) return [];

        using var services = new ServiceCollection().AddLogging().AddCcrCore(configuration).BuildServiceProvider();
        var rules = services.GetRequiredService<IOptions<CcrOptions>>().Value.ToRules();
        return [.. sites.Select(site => (Site: site, Opens: rules.ShutUntil(site, now))).Where(each => each.Opens is not null)
            .Select(each => (each.Site, each.Opens!.Value))];
    }
}

/// <summary>What lies on a queue or subscription of ours. It is counted by looking, since a count of the broker's asks for the right to manage it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Active">How many can be received, or are being handled.</param>
/// <param name="Scheduled">How many wait for their time.</param>
/// <param name="Oldest">When the oldest of those that can be received came.</param>
/// <param name="Dead">How many dead letters it has.</param>
internal sealed record QueueFacts(string Name, int Active, int Scheduled, DateTimeOffset? Oldest, int Dead)
{
    /// <summary>How many are looked at; there may be more.</summary>
    public const int Most = 1000;

    public static async Task<IReadOnlyList<QueueFacts>> ReadAsync(ServiceBusConnection connection, CancellationToken stop)
    {
        var queues = new List<QueueFacts>();
        foreach (var entity in DeadLetterEntity.All)
        {
            await using var queue = connection.CreateReceiver(entity.Path);
            await using var dead = connection.CreateReceiver(EntityPath.DeadLetterQueue(entity.Path));
            var messages = await queue.PeekAllAsync(stop).Take(Most).ToListAsync(stop);
            var letters = await dead.PeekAllAsync(stop).Take(Most).CountAsync(stop);
            var active = messages.Where(message => message.State != ServiceBusMessageState.Scheduled).ToList();
            queues.Add(new QueueFacts(
                entity.Name, active.Count, messages.Count - active.Count, active.Count == 0 ? null : active.Min(message => message.EnqueuedTime),
                letters));
        }

        return queues;
    }
}
