using System.Collections.Concurrent;

namespace Ccr.Hosting.Tables;

/// <summary>The places of a site that this process keeps for machines to come: see <see cref="SightingRows"/>.</summary>
internal sealed class KeptPlaces
{
    /// <summary>No machine's key begins with it, and it comes after all of them.</summary>
    private const char Mark = '~';

    /// <summary>So many places are kept at once: a small part of the limit, and no more than go into one transaction.</summary>
    private const int PartOfLimit = 32;

    private const int Most = 64;

    private readonly ConcurrentQueue<KeptPlace> _places = new();
    private volatile int _lastCount;

    /// <summary>Whoever counts, and keeps places, does so alone.</summary>
    public SemaphoreSlim Counting { get; } = new(1);

    public static bool IsPlace(string rowKey) => rowKey[0] == Mark;

    /// <summary>How many places are kept at once. None where more than half of what may be was counted: then each machine is counted.</summary>
    public int ToKeep(int limit) => _lastCount > limit / 2 ? 0 : Math.Min(limit / PartOfLimit, Most);

    public List<KeptPlace> Make(Sighting sighting) =>
        [.. Enumerable.Range(0, ToKeep(sighting.Limit)).Select(_ => new KeptPlace($"{Mark}{Guid.NewGuid():N}", sighting.At))];

    public void Counted(int count) => _lastCount = count;

    public void Keep(KeptPlace place) => _places.Enqueue(place);

    /// <summary>The next place, or null when there is none. One that will soon be too old to be counted is none, also by a clock that is behind.</summary>
    public KeptPlace? TryTake(Sighting sighting)
    {
        var oldest = sighting.At - ((sighting.At - sighting.CountSince) / 2);
        while (_places.TryDequeue(out var place))
        {
            if (place.At >= oldest) return place;
        }

        return null;
    }

    public void Clear() => _places.Clear();
}

/// <summary>A row that is counted as a machine.</summary>
internal sealed record KeptPlace(string RowKey, DateTimeOffset At);
