using Ccr.Core.Results;

namespace Ccr.Core.Verification;

/// <summary>The catalogue's 26xx: what was seen after a push.</summary>
public static class VerificationReasons
{
    private const string Nothing = "Nothing needs to be done.";

    private const string LookAtMachine =
        "Look at the site's ccm.log and at the machine's ccmsetup.log; ccr history shows the machine's whole story. A new event pushes it once more.";

    /// <summary>The client registered again.</summary>
    public static readonly ReasonCode Reinstalled = new("CCR2601", "The client was reinstalled", Nothing);

    /// <summary>A silent client talks.</summary>
    public static readonly ReasonCode Back = new("CCR2602", "The client is back", Nothing);

    /// <summary>The client talks, as before.</summary>
    public static readonly ReasonCode Communicating = new(
        "CCR2603", "The client is communicating, as it was before",
        "Nothing shows that it was reinstalled: see whether the monitoring still calls it broken.");

    /// <summary>The site is done with the request.</summary>
    public static readonly ReasonCode SiteIsDone = new(
        "CCR2604", "The site found the client's service and is done with its request", "Nothing needs to be done; the console shows whether the client talks.");

    /// <summary>The site tried and failed.</summary>
    public static readonly ReasonCode InRetry = new(
        "CCR2611", "The site tried, failed, and tries again", "Mend the cause that the error names: the site tries once an hour for seven days by itself.");

    /// <summary>Nothing was seen in time.</summary>
    public static readonly ReasonCode NotBack = new("CCR2621", "The client did not come back in time", LookAtMachine);

    /// <summary>The site gave up.</summary>
    public static readonly ReasonCode SiteGaveUp = new("CCR2622", "The site gave the push up", LookAtMachine);

    /// <summary>Another push followed.</summary>
    public static readonly ReasonCode PushedAgain = new(
        "CCR2623", "The client had not come back when the machine was pushed again", "See what becomes of the later request.");

    /// <summary>Nobody could look.</summary>
    public static readonly ReasonCode NotSeen = new(
        "CCR2631", "Nobody could be asked whether the client came back", "See to the cause named; what became of the machine is not known.");

    /// <summary>There is nothing to compare with.</summary>
    public static readonly ReasonCode NothingToCompare = new(
        "CCR2632", "It is not known how the machine was before the push, so that no change says nothing",
        "See why the site could not be looked at before the push; look at the machine in the console.");

    /// <summary>The site is not looked at any more.</summary>
    public static readonly ReasonCode NotConfigured = new(
        "CCR2633", "The site is not looked at any more", "Configure Ccr:Sites:<site>:Verification:Enabled, if it is to be.");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ReasonCode> All { get; } =
        [Reinstalled, Back, Communicating, SiteIsDone, InRetry, NotBack, SiteGaveUp, PushedAgain, NotSeen, NothingToCompare, NotConfigured];
}
