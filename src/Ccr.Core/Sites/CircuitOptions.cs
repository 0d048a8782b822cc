using Ccr.Core.Configuration;

namespace Ccr.Core.Sites;

/// <summary>When a management point that fails is left alone.</summary>
/// <remarks>
/// Requests that it cannot be reached for wait meanwhile. And as each request that it fails to answer becomes indeterminate, and holds its machine
/// for a cool-down, a management point that fails must not get all of them.
/// </remarks>
public sealed class CircuitOptions
{
    /// <summary>How many requests within <see cref="Window"/> must have been sent before it is judged, default 5, at least 2.</summary>
    public int MinRequests { get; set; } = 5;

    /// <summary>Which share of them must have failed, default 0.5; above 0, at most 1.</summary>
    public double FailureShare { get; set; } = 0.5;

    /// <summary>The time that is looked at, default 30 seconds.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long it is left alone, default one minute; then one request tries it.</summary>
    public TimeSpan LeaveAloneFor { get; set; } = TimeSpan.FromMinutes(1);

    internal IEnumerable<ConfigurationFault> FindFaults(string key)
    {
        if (MinRequests is < 2 or > 10_000)
            yield return key.Fault(nameof(MinRequests), $"is {MinRequests}: write a number from 2 to 10000, for example 5.");
        if (FailureShare is not (> 0 and <= 1))
            yield return key.Fault(nameof(FailureShare), $"is {FailureShare}: write a share above 0 and up to 1, for example 0.5.");
        if (Window < TimeSpan.FromSeconds(1) || Window > TimeSpan.FromHours(1))
            yield return key.Fault(nameof(Window), $"is {Window}: write a time from 00:00:01 to 01:00:00, for example 00:00:30.");
        if (LeaveAloneFor < TimeSpan.FromSeconds(1) || LeaveAloneFor > TimeSpan.FromHours(1))
            yield return key.Fault(nameof(LeaveAloneFor), $"is {LeaveAloneFor}: write a time from 00:00:01 to 01:00:00, for example 00:01:00.");
    }
}
