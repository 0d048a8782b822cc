using Ccr.Core.Configuration;

namespace Ccr.Core.Decisions;

/// <summary>How a request is submitted, and for how long its machine is then left alone.</summary>
public sealed class SubmissionOptions
{
    /// <summary>
    /// How long a machine is not pushed again after a submission, default one day. The site itself repeats a push every 60 minutes for 7 days
    /// (KB925282), so a shorter time gains nothing.
    /// </summary>
    public TimeSpan CoolDown { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// How long a worker may take to submit one request, retries included, default 5 minutes. It stops by itself then; an older claim without a result
    /// means that its worker crashed. A place at the gate of a management point is waited for as long, before the claim.
    /// </summary>
    public TimeSpan ClaimLease { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How often a request that was certainly not sent is tried again at once, default 2 (over all management points of the site).</summary>
    public int ImmediateRetries { get; set; } = 2;

    /// <summary>The delay before the first of them, default one second; it doubles, with jitter.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// For how long a request that was certainly not sent is tried again by scheduled messages, default one day; then it fails. 00:00:00 fails it at
    /// once. The event's own expiry ends it earlier.
    /// </summary>
    public TimeSpan RetryFor { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long the first of these tries waits, default one minute; the time doubles, give or take a quarter.</summary>
    public TimeSpan FirstRetryAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The longest time between two of them, default one hour.</summary>
    public TimeSpan LongestRetryAfter { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// The longest time that an event may ask to wait (<c>notBefore</c>), default 30 days; 00:01:00 to 365.00:00:00. A later one is rejected.
    /// </summary>
    public TimeSpan LongestWait { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long a request that a pause or a storm brake holds waits until it is looked at again, default one minute.</summary>
    public TimeSpan HeldLookAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How often a machine may be pushed in seven days, default 3; the next request quarantines it until <c>ccr release</c>. 0 sets no limit.
    /// </summary>
    public int MaxPushesPerWeek { get; set; } = 3;

    /// <summary>
    /// How many pushes in a row may be followed by "not verified", default 2; the next request quarantines the machine until <c>ccr release</c>. 0 sets no
    /// limit. It counts only where a site is looked at after a push (<c>Verification</c>).
    /// </summary>
    public int MaxNotVerified { get; set; } = 2;

    /// <summary>
    /// For how long a command waits for the agent of its site, default one day, at most six: a queue of agents can know a message for seven days at
    /// most, and drops a second one so long. The event's own expiry, or the queue's time to live, ends it earlier. A command that no agent took by then
    /// fails its request.
    /// </summary>
    public TimeSpan DispatchFor { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// For how long after that the result of an agent is waited for, default one hour. A request that an agent took and that has no result by then is
    /// indeterminate; what comes later is published as late.
    /// </summary>
    public TimeSpan AwaitAgentFor { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Whether everything is done but the submission itself, default false.</summary>
    public bool DryRun { get; set; }

    internal IEnumerable<ConfigurationFault> FindFaults(string key)
    {
        if (CoolDown < TimeSpan.FromMinutes(1) || CoolDown > TimeSpan.FromDays(365))
            yield return key.Fault(nameof(CoolDown), $"is {CoolDown}: write a time from 00:01:00 to 365.00:00:00, for example 1.00:00:00.");
        if (ClaimLease < TimeSpan.FromSeconds(10) || ClaimLease > TimeSpan.FromHours(1))
            yield return key.Fault(nameof(ClaimLease), $"is {ClaimLease}: write a time from 00:00:10 to 01:00:00, for example 00:05:00.");
        if (LongestWait < TimeSpan.FromMinutes(1) || LongestWait > TimeSpan.FromDays(365))
            yield return key.Fault(nameof(LongestWait), $"is {LongestWait}: write a time from 00:01:00 to 365.00:00:00, for example 30.00:00:00.");
        if (ImmediateRetries is < 0 or > 10)
            yield return key.Fault(nameof(ImmediateRetries), $"is {ImmediateRetries}: write a number from 0 to 10, for example 2.");
        if (RetryDelay <= TimeSpan.Zero || RetryDelay > TimeSpan.FromMinutes(1))
            yield return key.Fault(nameof(RetryDelay), $"is {RetryDelay}: write a time up to 00:01:00, for example 00:00:01.");
        if (RetryFor < TimeSpan.Zero || RetryFor > TimeSpan.FromDays(14))
            yield return key.Fault(nameof(RetryFor), $"is {RetryFor}: write a time up to 14.00:00:00, for example 1.00:00:00.");
        if (FirstRetryAfter < TimeSpan.FromSeconds(1) || FirstRetryAfter > LongestRetryAfter)
        {
            yield return key.Fault(nameof(FirstRetryAfter), $"is {FirstRetryAfter}: write a time from 00:00:01 up to {nameof(LongestRetryAfter)}, for " +
                "example 00:01:00.");
        }

        if (LongestRetryAfter > TimeSpan.FromDays(1))
            yield return key.Fault(nameof(LongestRetryAfter), $"is {LongestRetryAfter}: write a time up to 1.00:00:00, for example 01:00:00.");
        if (HeldLookAfter < TimeSpan.FromSeconds(1) || HeldLookAfter > TimeSpan.FromHours(1))
            yield return key.Fault(nameof(HeldLookAfter), $"is {HeldLookAfter}: write a time from 00:00:01 to 01:00:00, for example 00:01:00.");
        if (DispatchFor < TimeSpan.FromMinutes(1) || DispatchFor > TimeSpan.FromDays(6))
            yield return key.Fault(nameof(DispatchFor), $"is {DispatchFor}: write a time from 00:01:00 to 6.00:00:00, for example 1.00:00:00.");
        if (AwaitAgentFor < TimeSpan.FromMinutes(5) || AwaitAgentFor > TimeSpan.FromDays(14))
            yield return key.Fault(nameof(AwaitAgentFor), $"is {AwaitAgentFor}: write a time from 00:05:00 to 14.00:00:00, for example 01:00:00.");
        if (MaxNotVerified is < 0 or > 6)
            yield return key.Fault(nameof(MaxNotVerified), $"is {MaxNotVerified}: write a number from 0 (no limit) to 6, for example 2.");
        if (MaxPushesPerWeek is < 0 or > 100)
            yield return key.Fault(nameof(MaxPushesPerWeek), $"is {MaxPushesPerWeek}: write a number from 0 (no limit) to 100, for example 3.");
    }
}
