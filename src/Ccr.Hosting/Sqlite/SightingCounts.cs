namespace Ccr.Hosting.Sqlite;

/// <summary>
/// How many sightings a site has at most: as many as were counted, and those that were added since. Time only takes some of them out of what counts, so
/// that they are counted again only when they may be too many.
/// </summary>
internal sealed class SightingCounts
{
    private readonly Dictionary<string, (DateTimeOffset Since, long AtMost)> _sites = new(StringComparer.Ordinal);
    private long _dataVersion;

    /// <summary>Forgets everything if another connection has written since the last transaction.</summary>
    public void AreOf(long dataVersion)
    {
        if (_dataVersion != dataVersion) _sites.Clear();
        _dataVersion = dataVersion;
    }

    /// <summary>A machine of the site was noted that was not there, or not at this time.</summary>
    public void Added(string site)
    {
        if (_sites.TryGetValue(site, out var known)) _sites[site] = known with { AtMost = known.AtMost + 1 };
    }

    /// <summary>Whether there are certainly no more than may be.</summary>
    public bool AreWithin(Sighting sighting) =>
        _sites.TryGetValue(sighting.Site, out var known) && known.Since <= sighting.CountSince && known.AtMost <= sighting.Limit;

    /// <summary>Whether there are no more than may be, now that they were counted, up to one more than that.</summary>
    public bool AreWithin(Sighting sighting, long count)
    {
        if (count <= sighting.Limit) _sites[sighting.Site] = (sighting.CountSince, count);
        else _sites.Remove(sighting.Site);
        return count <= sighting.Limit;
    }
}
