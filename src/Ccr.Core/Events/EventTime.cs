using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Ccr.Core.Events;

/// <summary>Times as senders write them.</summary>
internal static class EventTime
{
    private const int MaxFastLength = 40;

    /// <summary>Reads an ISO 8601 time with its offset. The year 0001, with which some senders say "none", is none.</summary>
    public static bool TryParse(string text, out DateTimeOffset? time)
    {
        time = null;
        if (!IsIsoDate(text) || !HasOffset(text)) return false;
        if (!TryParseFast(text, out var parsed) && !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out parsed)) return false;

        time = OrNone(parsed);
        return true;
    }

    /// <summary>The time in UTC, or null for the year 0001.</summary>
    public static DateTimeOffset? OrNone(DateTimeOffset time) => time.Year == 1 ? null : time.ToUniversalTime();

    /// <summary>Whether a text begins with year, month and day in that order: .NET guesses the order of any other.</summary>
    public static bool IsIsoDate(string text) => text.Length >= 10 && text[4] == '-' && text[7] == '-';

    /// <summary>JSON's own reading of a time takes a fifth of the time that the general one does.</summary>
    private static bool TryParseFast(string text, out DateTimeOffset time)
    {
        Span<byte> quoted = stackalloc byte[MaxFastLength + 2];
        quoted[0] = (byte)'"';
        if (text.Length > MaxFastLength || Ascii.FromUtf16(text, quoted[1..], out var length) != OperationStatus.Done)
        {
            time = default;
            return false;
        }

        quoted[length + 1] = (byte)'"';
        var reader = new Utf8JsonReader(quoted[..(length + 2)]);
        reader.Read();
        return reader.TryGetDateTimeOffset(out time);
    }

    /// <summary>Without an offset nobody can say which moment is meant, and .NET would take this machine's.</summary>
    private static bool HasOffset(string text)
    {
        var timeOfDay = text.IndexOf('T', StringComparison.OrdinalIgnoreCase);
        return timeOfDay > 0 && (text[^1] is 'Z' or 'z' || text.LastIndexOfAny(['+', '-']) > timeOfDay);
    }
}
