namespace Ccr.Agent.TestHost;

/// <summary>A computer's clock that is off.</summary>
internal sealed class ShiftedClock(TimeSpan offset) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + offset;
}
