using Ccr.Core.Results;

namespace Ccr.Core.Decisions;

/// <summary>The catalogue's 2xxx: why a valid request was not, or not yet, submitted.</summary>
public static class DecisionReasons
{
    /// <summary>Another request for the machine is on its way.</summary>
    public static readonly ReasonCode InFlight = new(
        "CCR2001", "Another request for the machine is on its way", "See the result of the request named.");

    /// <summary>The machine was pushed a short time ago; the site repeats a push by itself for seven days (KB925282).</summary>
    public static readonly ReasonCode CoolingDown = new(
        "CCR2002", "The machine is in its cool-down", "Wait: the site repeats the installation by itself. Send a new event after the time named.");

    /// <summary>The event asked for a dry run.</summary>
    public static readonly ReasonCode DryRun = new(
        "CCR2003", "This was a dry run", "Send the event without dryRun to have it carried out.");

    /// <summary>The event asked to wait.</summary>
    public static readonly ReasonCode NotYet = new(
        "CCR2004", "The request waits for its time", "Nothing needs to be done: it is carried out then.");

    /// <summary>A worker stopped between the claim and the result, so the request may have been sent.</summary>
    public static readonly ReasonCode Interrupted = new(
        "CCR2005", "The worker stopped while it sent the request", "Look on the management point whether a CCR was written; after the cool-down a new event is carried out.");

    /// <summary>The time for one submission was over before anything was sent.</summary>
    public static readonly ReasonCode Stopped = new(
        "CCR2006", "The request was not sent in time", "Send a new event; if that happens again, see whether the management points can be reached.");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ReasonCode> All { get; } = [InFlight, CoolingDown, DryRun, NotYet, Interrupted, Stopped];
}
