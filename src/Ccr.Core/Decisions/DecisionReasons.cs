using Ccr.Core.Results;

namespace Ccr.Core.Decisions;

/// <summary>The catalogue's 2xxx: why a valid request was not, or not yet, submitted.</summary>
public static class DecisionReasons
{
    /// <summary>Another request for the machine is on its way.</summary>
    public static readonly ReasonCode InFlight = new("CCR2001", "Another request for the machine is on its way", "See the result of the request named.");

    /// <summary>The machine was pushed a short time ago; the site repeats a push by itself for seven days (KB925282).</summary>
    public static readonly ReasonCode CoolingDown = new(
        "CCR2002", "The machine is in its cool-down", "Wait: the site repeats the installation by itself. Send a new event after the time named.");

    /// <summary>The event or the configuration asked for a dry run.</summary>
    public static readonly ReasonCode DryRun = new(
        "CCR2003", "This was a dry run", "To have it carried out, send the event without dryRun, and set Ccr:Submissions:DryRun to false.");

    /// <summary>The event asked to wait.</summary>
    public static readonly ReasonCode NotYet = new("CCR2004", "The request waits for its time", "Nothing needs to be done: it is carried out then.");

    /// <summary>A worker stopped between the claim and the result, so the request may have been sent.</summary>
    public static readonly ReasonCode Interrupted = new(
        "CCR2005", "The worker stopped while it sent the request",
            "Look on the management point whether a CCR was written; after the cool-down a new event is carried out.");

    /// <summary>The domain is not on the allow-list.</summary>
    public static readonly ReasonCode DomainNotAllowed = new(
        "CCR2007", "The domain is not allowed", "If machines of this domain are to be reinstalled, add it to Ccr:Targets:Domains.");

    /// <summary>The machine's name matches no allow pattern, or a deny pattern.</summary>
    public static readonly ReasonCode MachineNotAllowed = new(
        "CCR2008", "The machine is not allowed", "If it is to be reinstalled, change Ccr:Targets:Allow or Ccr:Targets:Deny.");

    /// <summary>A domain controller or site system: the push accounts of the site must never log on there on request.</summary>
    public static readonly ReasonCode Protected = new("CCR2009", "The machine is a domain controller or a site system", "Reinstall its client by hand.");

    /// <summary>The machine is in no inventory.</summary>
    public static readonly ReasonCode NotInInventory = new(
        "CCR2010", "The machine is not in the inventory", "If it exists, bring the file Ccr:Targets:InventoryFile up to date.");

    /// <summary>The event is too old to act on.</summary>
    public static readonly ReasonCode Stale = new(
        "CCR2011", "The event is too old", "Send a new event if the machine still needs its client, or raise Ccr:Freshness:MaxAge.");

    /// <summary>Pushing the machine again and again did not help.</summary>
    public static readonly ReasonCode Quarantined = new(
        "CCR2012", "The machine was pushed too often", "Find out on the site server (ccm.log) why the installation fails, then release the machine: ccr " +
            "release MACHINE.");

    /// <summary>The site's maintenance window is closed.</summary>
    public static readonly ReasonCode OutsideWindow = new(
        "CCR2013", "The maintenance window of the site is closed", "Nothing needs to be done: it is carried out when the window opens.");

    /// <summary>Somebody paused all submissions.</summary>
    public static readonly ReasonCode Paused = new("CCR2014", "All submissions are paused", "To let them go on: ccr pause off.");

    /// <summary>So many machines at once are an outage of something else.</summary>
    public static readonly ReasonCode Storm = new(
        "CCR2015", "Too many machines of the site at once", "Find out what they have in common. To have them reinstalled all the same: ccr brake release " +
            "SITE.");

    /// <summary>No management point took the request; certainly nothing was sent.</summary>
    public static readonly ReasonCode Unreached = new(
        "CCR2016", "No management point of the site could be reached", "See to the cause named. The request is tried again by itself.");

    /// <summary>And none did until there was no more time.</summary>
    public static readonly ReasonCode GaveUp = new(
        "CCR2017", "No management point of the site could be reached in time", "See to the cause named, then send a new event.");

    /// <summary>The command is on the queue of the site's agent.</summary>
    public static readonly ReasonCode Dispatched = new(
        "CCR2019", "The request was handed to the agent of the site", "Nothing needs to be done: the agent's result follows.");

    /// <summary>An agent took the command, or may have, and said nothing.</summary>
    public static readonly ReasonCode AgentSilent = new(
        "CCR2020", "No result came from the agent of the site", "See whether the site's agent runs and is connected: what it knows it still tells, as a late " +
            "result. Otherwise look on the management point whether a CCR was written.");

    /// <summary>The queue of the site's agent is missing, or refuses the command; certainly nothing was sent.</summary>
    public static readonly ReasonCode NotHandedOver = new(
        "CCR2021", "The queue of the site's agent does not take the request", "See to the cause named. The request is tried again by itself.");

    /// <summary>And it did not until there was no more time.</summary>
    public static readonly ReasonCode NeverHandedOver = new(
        "CCR2022", "The queue of the site's agent did not take the request in time", "See to the cause named, then send a new event.");

    /// <summary>The event asks to wait until after its own end, or for longer than anybody wants to.</summary>
    public static readonly ReasonCode TooLate = new(
        "CCR2023", "The event asks to wait for too long", "Send it with an earlier notBefore, or when it is time; the limit is Ccr:Submissions:LongestWait.");

    /// <summary>The machine was pushed without force, and this request asks for more.</summary>
    public static readonly ReasonCode StrongerWish = new(
        "CCR2024", "The machine was pushed without force, and this request asks for force", "Nothing needs to be done: it is carried out after the " +
            "cool-down. The push before installs the client only where there is none.");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ReasonCode> All { get; } =
    [
        InFlight, CoolingDown, DryRun, NotYet, Interrupted, DomainNotAllowed, MachineNotAllowed, Protected,
        NotInInventory, Stale, Quarantined, OutsideWindow, Paused, Storm, Unreached, GaveUp, Dispatched, AgentSilent, NotHandedOver, NeverHandedOver,
        TooLate, StrongerWish,
    ];
}
