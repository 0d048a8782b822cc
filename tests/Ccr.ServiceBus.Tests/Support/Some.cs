using Ccr.ServiceBus.Errors;
using Ccr.ServiceBus.Keeping;

namespace Ccr.ServiceBus.Tests.Support;

/// <summary>Values for tests that do not care which.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Time = new(2003, 11, 11, 9, 0, 0, TimeSpan.Zero);

    public static readonly RetryDelays Delays =
        new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2));

    public static MessagingException Transient => Faults.ConnectionLost("'queue'", "reset");

    public static MessagingException Permanent => Faults.EntityNotFound("queue");

    public static Lifetime Lifetime(double chance = 0) => new(Delays, new Jitter(new FixedRandom(chance)));
}

/// <summary>A source of chance that always gives the same.</summary>
internal sealed class FixedRandom(double value) : Random
{
    public override double NextDouble() => value;
}

/// <summary>A clock that a test sets, for peers whose timers should go on in real time.</summary>
internal sealed class SetClock(TimeProvider source) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => source.GetUtcNow();
}
