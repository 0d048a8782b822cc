using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.RegularExpressions;
using Ccr.Core.Text;

namespace Ccr.Cli.Arguments;

/// <summary>
/// How a person writes a time span and a moment, in every option that takes one: <c>90s</c>, <c>30m</c>, <c>1h30m</c>, <c>7d</c>, also <c>00:30:00</c>;
/// <c>2026-01-31</c>, <c>2026-01-31T18:00Z</c>, or a time span from now.
/// </summary>
internal static partial class TimeArguments
{
    private const string Examples = "30s, 5m, 1h30m or 7d";

    private static readonly string[] Moments = ["yyyy-MM-dd", "yyyy-MM-ddTHH:mmK", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-dd HH:mm:ssK"];

    /// <summary>Has all options of a command, and of those below it, read times in this way.</summary>
    public static void Apply(Command command, TimeProvider time)
    {
        foreach (var option in command.Options)
        {
            switch (option)
            {
                case Option<TimeSpan> span:
                    span.CustomParser = given => ReadDuration(given) ?? TimeSpan.Zero;
                    break;
                case Option<TimeSpan?> span:
                    span.CustomParser = ReadDuration;
                    break;
                case Option<DateTimeOffset?> moment:
                    moment.CustomParser = given => ReadMoment(given, time.GetUtcNow());
                    break;
            }
        }

        foreach (var below in command.Subcommands) Apply(below, time);
    }

    public static TimeSpan? ParseDuration(string text)
    {
        if (text.Contains(':', StringComparison.Ordinal))
            return TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var time) && time >= TimeSpan.Zero ? time : null;

        if (text.Length == 0 || !Units().IsMatch(text)) return null;
        var parts = Units().Match(text).Groups;
        return new TimeSpan(NumberOf(parts["d"]), NumberOf(parts["h"]), NumberOf(parts["m"]), NumberOf(parts["s"]));
    }

    public static DateTimeOffset? ParseMoment(string text) =>
        DateTimeOffset.TryParseExact(text, Moments, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : null;

    /// <summary>Reads a moment of the past: a time span is so long ago.</summary>
    public static DateTimeOffset ReadPast(string option, string text, DateTimeOffset now) =>
        ParseMoment(text) ?? (ParseDuration(text) is { } ago ? now - ago : throw new UserErrorException(CliReasons.BadArgument, FaultOf(option, text)));

    private static TimeSpan? ReadDuration(ArgumentResult given)
    {
        var text = given.Tokens[0].Value;
        var time = ParseDuration(text);
        if (time is null) given.AddError($"{NameOf(given)} {SafeText.Quote(text)} is no duration; write for example {Examples}.");
        return time;
    }

    private static DateTimeOffset? ReadMoment(ArgumentResult given, DateTimeOffset now)
    {
        var text = given.Tokens[0].Value;
        var moment = ParseMoment(text) ?? (ParseDuration(text) is { } time ? now + time : null);
        if (moment is null) given.AddError($"{FaultOf(NameOf(given), text)}.");
        return moment;
    }

    private static string FaultOf(string option, string text) =>
        $"{option} {SafeText.Quote(text)} is no time; write for example 2026-11-25, 2026-11-25T18:00Z, 90m, 36h or 7d";

    private static string NameOf(ArgumentResult given) => given.Parent is OptionResult option ? option.Option.Name : given.Argument.Name;

    private static int NumberOf(Group part) => part.Success ? int.Parse(part.Value, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex("^(?:(?<d>[0-9]{1,5})d)?(?:(?<h>[0-9]{1,6})h)?(?:(?<m>[0-9]{1,8})m)?(?:(?<s>[0-9]{1,9})s)?$",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Units();
}
