using Ccr.Core.Events;
using Ccr.Core.Results;

namespace Ccr.Core.Decisions;

/// <summary>When a request may be carried out, by what the event itself says.</summary>
public static class TimingRules
{
    /// <summary>Ends an expired request, defers one that is too early, and has nothing to say about any other.</summary>
    public static Verdict? Decide(ReinstallRequest request, DateTimeOffset now)
    {
        if (request.Expires is { } expires && expires <= now)
            return new Verdict(Outcome.Ignored, EventReasons.Expired, $"the event was of use until {expires:u}");
        if (request.NotBefore is { } notBefore && notBefore > now)
            return new Verdict(Outcome.Deferred, DecisionReasons.NotYet, $"the event asks to wait until {notBefore:u}");
        return null;
    }
}
