using Azure;

namespace Ccr.Hosting.Tables;

/// <summary>
/// Claims of machines of which nothing was read. What has no record was never pushed, or so long ago that its record was pruned, which says the same; and
/// the row of the claim can only be added where there is none. Whether the request has a result is asked meanwhile.
/// </summary>
internal sealed class UnreadClaims(TableAccess access)
{
    private const int MostKnown = 50_000;

    private readonly Lock _gate = new();
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>Whether this process has seen no record of the machine yet: else its claim would be refused.</summary>
    public bool MayBeNew(string machineKey)
    {
        lock (_gate) return !_known.Contains(machineKey);
    }

    public void Know(string machineKey)
    {
        lock (_gate)
        {
            if (_known.Count == MostKnown) _known.Clear();
            _known.Add(machineKey);
        }
    }

    /// <summary>Claims a machine; returns the ETag of its record, or null when it has one already, or the request a result.</summary>
    public async Task<string?> TryClaimAsync(TableEntity claim, string requestId, CancellationToken cancellationToken)
    {
        var result = access.FindAsync(claim.PartitionKey, Rows.ResultRow(requestId), cancellationToken);
        if (await access.TryWriteAsync([new TableTransactionAction(TableTransactionActionType.Add, claim)], cancellationToken) is { } tag)
            return await TakeBackUnlessAsync(claim.PartitionKey, tag, async () => await result is null ? tag : null, mine => mine is not null);

        await ((Task)result).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return null;
    }

    /// <summary>Goes on with a claim, and takes it back if it is not to stand, or if nobody can say.</summary>
    public async Task<T> TakeBackUnlessAsync<T>(string partition, string tag, Func<Task<T>> goOn, Func<T, bool> stands)
    {
        var isToStand = false;
        try
        {
            var end = await goOn();
            isToStand = stands(end);
            return end;
        }
        finally
        {
            if (!isToStand) await access.TryDeleteAsync(new TableEntity(partition, Rows.Machine) { ETag = new ETag(tag) }, CancellationToken.None);
        }
    }
}
