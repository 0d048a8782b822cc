using System.Globalization;

namespace Ccr.Core.Events.Mappings;

/// <summary>Where a time is, and how the sender writes it.</summary>
/// <param name="at">Where.</param>
/// <param name="format">One of the constants, or a .NET format, read as UTC.</param>
internal sealed class TimeRule(Selector at, string format)
{
    /// <summary>ISO 8601 with an offset.</summary>
    public const string Iso = "iso";

    /// <summary>ISO 8601; without an offset it is UTC.</summary>
    public const string IsoUtc = "iso-utc";

    /// <summary>Seconds since 1970, as a number or a text, with or without a fraction.</summary>
    public const string UnixSeconds = "unix-seconds";

    /// <summary>Milliseconds since 1970, as a number or a text.</summary>
    public const string UnixMilliseconds = "unix-milliseconds";

    /// <summary>The last second that .NET can express.</summary>
    private const long MaxSeconds = 253_402_300_799;

    public Selector At => at;

    public string Format => format;

    /// <summary>Reads a text; the year 0001 is no time.</summary>
    public bool TryRead(string text, out DateTimeOffset? time)
    {
        var isTime = TryParse(text, out time);
        if (time is { } known) time = EventTime.OrNone(known);
        return isTime;
    }

    private bool TryParse(string text, out DateTimeOffset? time)
    {
        time = null;
        switch (format)
        {
            case Iso:
                return EventTime.TryParse(text, out time);

            case IsoUtc:
                return Keep(DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed) && EventTime.IsIsoDate(text), parsed, out time);

            case UnixSeconds or UnixMilliseconds:
                // Seconds may have a fraction, as Splunk and Icinga write it.
                if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return false;
                var seconds = format == UnixSeconds ? number : number / 1000;
                if (seconds > MaxSeconds) return false;
                time = DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond));
                return true;

            default:
                return Keep(DateTimeOffset.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out parsed), parsed, out time);
        }
    }

    private static bool Keep(bool parsed, DateTimeOffset value, out DateTimeOffset? time)
    {
        time = parsed ? value : null;
        return parsed;
    }
}
