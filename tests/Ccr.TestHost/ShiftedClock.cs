namespace Ccr.TestHost;

/// <summary>A computer's clock that is off, always or from when a file appears.</summary>
internal sealed class ShiftedClock(TimeSpan offset, string? fromFile) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => fromFile is null || File.Exists(fromFile) ? System.GetUtcNow() + offset : System.GetUtcNow();
}
