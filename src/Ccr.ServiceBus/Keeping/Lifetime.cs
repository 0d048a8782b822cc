namespace Ccr.ServiceBus.Keeping;

/// <summary>Where one <see cref="Lifetime"/> stands.</summary>
internal enum LifetimeState
{
    /// <summary>Not there; to be obtained, or renewed, at <see cref="Lifetime.DueAt"/>.</summary>
    Wanted,

    /// <summary>There; to be renewed at <see cref="Lifetime.DueAt"/>.</summary>
    Held,

    /// <summary>Refused for a reason that somebody must fix; to be asked for again, slowly.</summary>
    Refused,
}

/// <summary>
/// The state machine of everything that has to be obtained and kept: a connection, a link, a token, a message lock. It
/// decides when to act next; it does nothing itself and knows no clock.
/// </summary>
internal sealed class Lifetime(RetryDelays delays, Jitter jitter)
{
    private int _failures;
    private (string Code, string? Entity)? _said;

    public LifetimeState State { get; private set; } = LifetimeState.Wanted;

    /// <summary>When to obtain or renew next; at once for one that is new.</summary>
    public DateTimeOffset DueAt { get; private set; } = DateTimeOffset.MinValue;

    /// <summary>Since when it is, or was last, there.</summary>
    public DateTimeOffset HeldSince { get; private set; }

    /// <summary>The last fault, until it is there again.</summary>
    public MessagingException? Fault { get; private set; }

    /// <summary>Whether it was refused and it is not yet time to ask again.</summary>
    public bool IsRefused(DateTimeOffset now) => State == LifetimeState.Refused && DueAt > now;

    /// <summary>It was obtained, or renewed, and needs nothing until <paramref name="renewAt"/>.</summary>
    public void Obtained(DateTimeOffset now, DateTimeOffset renewAt)
    {
        if (State != LifetimeState.Held) HeldSince = now;
        State = LifetimeState.Held;
        DueAt = renewAt;
        Fault = null;
    }

    /// <summary>It could not be obtained or renewed.</summary>
    /// <returns>Whether this fault is another than the last: news that should be said.</returns>
    public bool Failed(DateTimeOffset now, MessagingException fault)
    {
        if (State == LifetimeState.Held) Forget();
        return Retry(now, fault);
    }

    /// <summary>It was there, and ended.</summary>
    /// <returns>Whether this fault is another than the last: news that should be said.</returns>
    public bool Lost(DateTimeOffset now, MessagingException fault)
    {
        // What ends as soon as it is there must not be reopened in a tight loop.
        if (now - HeldSince < delays.Most) return Retry(now, fault);

        Forget();
        State = LifetimeState.Wanted;
        DueAt = now + delays.AfterLoss(jitter);
        return IsNews(fault);
    }

    private void Forget()
    {
        _failures = 0;
        _said = null;
    }

    private bool Retry(DateTimeOffset now, MessagingException fault)
    {
        _failures++;
        State = fault.IsTransient ? LifetimeState.Wanted : LifetimeState.Refused;
        DueAt = now + (fault.IsTransient ? delays.AfterTransient(_failures, jitter) : delays.AfterPermanent(jitter));
        return IsNews(fault);
    }

    // Brokers put tracking ids and times into their texts, so it is the code and the entity that tell faults apart.
    private bool IsNews(MessagingException fault)
    {
        var said = _said;
        Fault = fault;
        _said = (fault.Code, fault.Entity);
        return said != _said;
    }
}
