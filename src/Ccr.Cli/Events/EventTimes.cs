using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Ccr.Core.Events;

namespace Ccr.Cli.Events;

/// <summary>Makes a sample fresh: an event that happened long ago is refused as too old.</summary>
internal static partial class EventTimes
{
    private const string ToTheSecond = "yyyy-MM-dd HH:mm:ss";

    private static readonly EventReader Reader = new(new EventOptions());

    /// <summary>
    /// The same event, as if it had just happened: all of its times are moved by as much, so that what ends an hour after it still does. An event without a
    /// time of its own stays as it is, byte for byte.
    /// </summary>
    public static EventFile MoveTo(DateTimeOffset now, EventFile file)
    {
        var reading = Reader.Read(new IncomingEvent { Body = file.Body, MessageId = file.Name, EnqueuedTime = now });
        var age = now - reading.Parts.Max(part => part.Event.Time);

        // One byte is one character, whatever the encoding is, so nothing but the digits changes.
        return age == TimeSpan.Zero ? file : file with { Body = Encoding.Latin1.GetBytes(Move(Encoding.Latin1.GetString(file.Body.Span), age)) };
    }

    private static string Move(string text, TimeSpan age) => UnixTime().Replace(
        Iso8601().Replace(text, match => MoveIso(match, age)),
        match => (long.Parse(match.Value, CultureInfo.InvariantCulture) + (long)age.TotalSeconds).ToString(CultureInfo.InvariantCulture));

    /// <summary>The fraction and the offset behind it stay; the year 0001 stands for "none".</summary>
    private static string MoveIso(Match match, TimeSpan age)
    {
        var (between, written) = (match.Groups["between"].Value, $"{match.Groups["date"].Value} {match.Groups["time"].Value}");
        if (!DateTime.TryParseExact(written, ToTheSecond, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) || time.Year == 1)
            return match.Value;
        return (time + TimeSpan.FromSeconds(Math.Floor(age.TotalSeconds))).ToString(ToTheSecond, CultureInfo.InvariantCulture).Replace(" ", between);
    }

    [GeneratedRegex(
        @"\b(?<date>\d{4}-\d\d-\d\d)(?<between>[T ])(?<time>\d\d:\d\d:\d\d)(?=[.Z+"",\- ])",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Iso8601();

    /// <summary>Seconds since 1970, where the name of the member says so.</summary>
    [GeneratedRegex(
        @"(?<=""[a-z_]*(?:time|clock)[a-z_]*""\s*:\s*""?)\d{10}(?!\d)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex UnixTime();
}
