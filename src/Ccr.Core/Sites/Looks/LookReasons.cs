using Ccr.Core.Results;

namespace Ccr.Core.Sites.Looks;

/// <summary>The catalogue's 36xx: why a site could not be looked at.</summary>
public static class LookReasons
{
    /// <summary>The folder of the inboxes, or the log, cannot be read.</summary>
    public static readonly ReasonCode FoldersNotRead = new(
        "CCR3601", "The site's inboxes or its log cannot be read",
        "See whether the share is there and whether this account may read it: Verification:InboxesFolder and Verification:LogFile.");

    /// <summary>Nobody here can look.</summary>
    public static readonly ReasonCode NoWayToLook = new(
        "CCR3602", "There is nothing to look at the site with",
        "Write Verification:InboxesFolder for a site with management points, where the requests are carried out; an AdminService needs nothing more.");

    /// <summary>The agent did not say what it sees.</summary>
    public static readonly ReasonCode AgentSilent = new(
        "CCR3603", "The agent did not answer the look", "See whether the site's agent runs, and whether it is of this version.");

    /// <summary>The site did not show itself in time.</summary>
    public static readonly ReasonCode NotInTime = new(
        "CCR3604", "The look took too long",
        "See why the share of the inboxes, or the AdminService, answers slowly; the site is looked at again later.");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ReasonCode> All { get; } = [FoldersNotRead, NoWayToLook, AgentSilent, NotInTime];
}
