namespace Ccr.SiteSimulator.Site;

/// <summary>What a request asks of the site: a Client Configuration Request for one machine.</summary>
/// <param name="Machine">The NetBIOS name, in upper case.</param>
/// <param name="Domain">The NetBIOS domain.</param>
/// <param name="Forced">Whether to push although there is a client.</param>
internal sealed record ReceivedCcr(string Machine, string Domain, bool Forced)
{
    /// <summary>The device that is meant; null on SMS 2003, which knows names only.</summary>
    public long? ResourceId { get; init; }
}
