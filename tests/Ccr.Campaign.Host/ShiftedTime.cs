namespace Ccr.Campaign.Host;

/// <summary>The system's clock, put wrong by an offset; the time that passes is right.</summary>
internal sealed class ShiftedTime(TimeSpan offset) : TimeProvider
{
    public static TimeProvider FromEnvironment() =>
        TimeSpan.TryParse(Environment.GetEnvironmentVariable("CCR_CLOCK_OFFSET"), out var offset) ? new ShiftedTime(offset) : System;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + offset;
}
