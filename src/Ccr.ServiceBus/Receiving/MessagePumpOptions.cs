using Ccr.ServiceBus.Errors;

namespace Ccr.ServiceBus;

/// <summary>How a <see cref="MessagePump"/> receives.</summary>
public sealed class MessagePumpOptions
{
    /// <summary>How many handlers run at the same time. Default 16; 1 to 2000.</summary>
    public int MaxConcurrentCalls { get; set; } = 16;

    /// <summary>
    /// How many messages more are fetched ahead of the handlers. Default 0. Each is locked while it waits, so that other
    /// receivers do not get it. 0 to 10000.
    /// </summary>
    public int Prefetch { get; set; }

    /// <summary>
    /// How long the lock of a message is renewed while its handler runs. Default 5 min; zero: never. A handler that takes
    /// longer loses the lock, and the message is delivered again.
    /// </summary>
    public TimeSpan MaxAutoLockRenewal { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Told about each new fault of the link (entity missing, not authorised, connection lost); the pump goes on trying
    /// by itself. Default: nobody; faults are logged in any case. Must not throw or block.
    /// </summary>
    public Action<MessagingException>? OnFault { get; set; }

    internal void ThrowIfInvalid()
    {
        List<string> faults = [];
        if (MaxConcurrentCalls is < 1 or > 2000) faults.Add("CCR5409: MaxConcurrentCalls must be from 1 to 2000.");
        if (Prefetch is < 0 or > 10_000) faults.Add("CCR5410: Prefetch must be from 0 to 10000.");
        if (MaxAutoLockRenewal < TimeSpan.Zero) faults.Add("CCR5411: MaxAutoLockRenewal must not be negative.");
        if (faults.Count > 0) throw Faults.Configuration(faults);
    }
}
