namespace Ccr.SiteSimulator.Site;

/// <summary>The local time of a site: it starts with the clock that it is given, and runs a number of times as fast.</summary>
internal sealed class SiteClock(TimeProvider time, double speed)
{
    private readonly DateTimeOffset _start = time.GetLocalNow();
    private readonly long _startTimestamp = time.GetTimestamp();

    public DateTimeOffset Now => TimeZoneInfo.ConvertTime(_start + (time.GetElapsedTime(_startTimestamp) * speed), time.LocalTimeZone);
}
