namespace Ccr.Core.Decisions;

/// <summary>How a request is submitted, and for how long its machine is then left alone.</summary>
public sealed class SubmissionOptions
{
    /// <summary>
    /// How long a machine is not pushed again after a submission, default one day. The site itself repeats a push every
    /// 60 minutes for 7 days (KB925282), so a shorter time gains nothing.
    /// </summary>
    public TimeSpan CoolDown { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// How long a worker may take to submit one request, retries included, default 5 minutes. It stops by itself then;
    /// an older claim without a result means that its worker crashed.
    /// </summary>
    public TimeSpan ClaimLease { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How often a request that was surely not sent is tried again at once, default 2 (over all management points of the site).</summary>
    public int ImmediateRetries { get; set; } = 2;

    /// <summary>The delay before the first of them, default one second; it doubles, with jitter.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    internal IEnumerable<string> FindFaults(string key)
    {
        if (CoolDown < TimeSpan.FromMinutes(1) || CoolDown > TimeSpan.FromDays(365))
            yield return $"{key}:{nameof(CoolDown)} is {CoolDown}: write a time from 00:01:00 to 365.00:00:00, for example 1.00:00:00.";
        if (ClaimLease < TimeSpan.FromSeconds(10) || ClaimLease > TimeSpan.FromHours(1))
            yield return $"{key}:{nameof(ClaimLease)} is {ClaimLease}: write a time from 00:00:10 to 01:00:00, for example 00:05:00.";
        if (ImmediateRetries is < 0 or > 10)
            yield return $"{key}:{nameof(ImmediateRetries)} is {ImmediateRetries}: write a number from 0 to 10, for example 2.";
        if (RetryDelay <= TimeSpan.Zero || RetryDelay > TimeSpan.FromMinutes(1))
            yield return $"{key}:{nameof(RetryDelay)} is {RetryDelay}: write a time up to 00:01:00, for example 00:00:01.";
    }
}
