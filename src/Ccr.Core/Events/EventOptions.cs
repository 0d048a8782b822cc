namespace Ccr.Core.Events;

/// <summary>How much of an event is read at all.</summary>
public sealed class EventOptions
{
    /// <summary>
    /// The largest body in bytes, default 262,144: a message of Service Bus Standard, and what Azure Monitor sends at
    /// most. A larger one is rejected before it is parsed.
    /// </summary>
    public int MaxBodyBytes { get; set; } = 256 * 1024;

    /// <summary>How many machines one event may name, default 200. An event with more is rejected as a whole.</summary>
    public int MaxMachines { get; set; } = 200;

    internal IEnumerable<string> FindFaults(string key)
    {
        if (MaxBodyBytes < 1)
            yield return $"{key}:{nameof(MaxBodyBytes)} is {MaxBodyBytes}: write a number of bytes from 1, for example 262144.";
        if (MaxMachines < 1)
            yield return $"{key}:{nameof(MaxMachines)} is {MaxMachines}: write a number of machines from 1, for example 200.";
    }
}
