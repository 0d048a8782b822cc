using System.Globalization;
using Ccr.Core.Text;

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

    /// <summary>Seconds since 1970, as a number or a text.</summary>
    public const string UnixSeconds = "unix-seconds";

    /// <summary>Milliseconds since 1970, as a number or a text.</summary>
    public const string UnixMilliseconds = "unix-milliseconds";

    /// <summary>The last second that .NET can express.</summary>
    private const long MaxSeconds = 253_402_300_799;

    public Selector At => at;

    /// <summary>The time, or null when there is none. The year 0001 is none.</summary>
    /// <exception cref="EventFaultException">There is something else.</exception>
    public DateTimeOffset? Find(Scope scope)
    {
        if (at.FindText(scope) is not { } text) return null;
        if (TryParse(text, out var time)) return time is null ? null : EventTime.OrNone(time.Value);
        throw new EventFaultException(EventReasons.WrongSchema, $"{at} must be a time in the format {format}; it is {SafeText.Quote(text)}");
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
                if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
                var seconds = format == UnixSeconds ? number : number / 1000;
                if (seconds > MaxSeconds) return false;
                time = format == UnixSeconds ? DateTimeOffset.FromUnixTimeSeconds(number) : DateTimeOffset.FromUnixTimeMilliseconds(number);
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
