namespace Ccr.Core.Sites;

/// <summary>
/// The right to send one request to a site now: a place at the gate of one of its management points. It is had before the machine is claimed, so that
/// what waits in front of a slow management point holds no claim.
/// </summary>
public sealed class SitePass : IDisposable
{
    private readonly RateGate? _gate;
    private readonly int _index;
    private bool _isHeld;

    internal SitePass(Site site, int index, RateGate gate, bool hasWaited) => (Site, _index, _gate, HasWaited, _isHeld) = (site, index, gate, hasWaited, true);

    internal SitePass(Site site, SiteAnswer refusal, bool hasWaited) => (Site, Refusal, HasWaited) = (site, refusal, hasWaited);

    /// <summary>The site.</summary>
    public Site Site { get; }

    /// <summary>Whether it took time to get it, so that what was known before is out of date.</summary>
    public bool HasWaited { get; }

    /// <summary>Why there is no place; a submission by this pass sends nothing and has this answer.</summary>
    internal SiteAnswer? Refusal { get; }

    /// <summary>Gives the place back if no request was sent.</summary>
    public void Dispose()
    {
        if (TakePlace() is not null) _gate!.Leave(used: false);
    }

    /// <summary>Takes the place over, once: the index of its management point, or null when it was used or given back.</summary>
    internal int? TakePlace()
    {
        if (!_isHeld) return null;
        _isHeld = false;
        return _index;
    }
}
