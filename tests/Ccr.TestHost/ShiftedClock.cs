using System.Globalization;

namespace Ccr.TestHost;

/// <summary>A computer's clock that is off, always or from when a file appears.</summary>
internal sealed class ShiftedClock(TimeSpan offset, string? fromFile) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => fromFile is null || File.Exists(fromFile) ? System.GetUtcNow() + offset : System.GetUtcNow();

    /// <summary>The clock that CCR_CLOCK_OFFSET sets off; the system's without it.</summary>
    public static TimeProvider FromEnvironment() =>
        TimeSpan.TryParse(Environment.GetEnvironmentVariable("CCR_CLOCK_OFFSET"), CultureInfo.InvariantCulture, out var offset)
            ? new ShiftedClock(offset, fromFile: null)
            : System;
}
