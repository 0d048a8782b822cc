namespace Ccr.Console.Tests.Support;

/// <summary>A clock that stands still, or goes on from another time; what waits goes on all the same.</summary>
internal sealed class StoppedClock(DateTimeOffset at, bool goesOn = false) : TimeProvider
{
    private readonly long _since = System.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => goesOn ? at + System.GetElapsedTime(_since) : at;
}
