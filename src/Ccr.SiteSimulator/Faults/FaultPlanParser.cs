using System.Globalization;

namespace Ccr.SiteSimulator.Faults;

internal static class FaultPlanParser
{
    private const string Known =
        "delay=TIME, slow=TIME, write, status=N, redirect[=N], close, reset, silence, garbage, endless-body, "
        + "endless-headers";

    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(24);

    public static FaultRule ParseRule(string text)
    {
        var parts = text.Split('@', StringSplitOptions.TrimEntries);
        if (parts.Length > 2) throw Wrong(text, "it has more than one '@'; write FAULT@TARGET,TARGET");

        var fault = parts[0].Split('+', StringSplitOptions.TrimEntries)
            .Aggregate(Fault.None, (sofar, step) => Add(sofar, step, text));
        if (fault.WriteCcr && fault.Kind == FaultKind.None)
            throw Wrong(text, "'write' needs a fault after it, such as write+close; without one the CCR is written");

        return parts.Length == 1
            ? new FaultRule(fault, [], Share: 1)
            : ParseTargets(fault, parts[1].Split(',', StringSplitOptions.TrimEntries), text);
    }

    private static Fault Add(Fault fault, string step, string rule)
    {
        var (name, value) = step.Split('=', 2, StringSplitOptions.TrimEntries) is [var left, var right]
            ? (left, right)
            : (step, null);

        return (name, value) switch
        {
            ("delay", not null) => fault with { Delay = ParseTime(value, rule) },
            ("slow", not null) => fault with { BytePause = ParseTime(value, rule) },
            ("write", null) => fault with { WriteCcr = true },
            ("status", not null) => Become(FaultKind.Status, ParseStatus(value, 200, 599, rule)),
            ("redirect", null) => Become(FaultKind.Redirect, 302),
            ("redirect", _) => Become(FaultKind.Redirect, ParseStatus(value, 300, 399, rule)),
            ("close", null) => Become(FaultKind.Close),
            ("reset", null) => Become(FaultKind.Reset),
            ("silence", null) => Become(FaultKind.Silence),
            ("garbage", null) => Become(FaultKind.Garbage),
            ("endless-body", null) => Become(FaultKind.EndlessBody, 200),
            ("endless-headers", null) => Become(FaultKind.EndlessHeaders, 200),
            _ => throw Wrong(rule, $"'{step}' is no fault; write one of {Known}"),
        };

        Fault Become(FaultKind kind, int? status = null) => fault.Kind == FaultKind.None
            ? fault with { Kind = kind, Status = status }
            : throw Wrong(rule, $"'{step}' comes after another answer; a rule has one answer");
    }

    private static FaultRule ParseTargets(Fault fault, string[] targets, string rule)
    {
        var shares = targets.Where(target => target.EndsWith('%')).ToList();
        var patterns = targets.Where(target => !target.EndsWith('%')).ToList();
        if (shares.Count > 1) throw Wrong(rule, "it has more than one share; write one, such as 30%");
        if (patterns.Any(string.IsNullOrEmpty))
            throw Wrong(rule, "a target is empty; write a machine name, such as PC1*, or a share, such as 30%");

        return new FaultRule(fault, patterns, shares is [var share] ? ParseShare(share, rule) : 1);
    }

    private static double ParseShare(string text, string rule) =>
        double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
        && percent is > 0 and <= 100
            ? percent / 100
            : throw Wrong(rule, $"'{text}' is no share; write more than 0% and at most 100%, such as 30%");

    private static int ParseStatus(string text, int lowest, int highest, string rule) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var status)
        && status >= lowest && status <= highest
            ? status
            : throw Wrong(rule, $"'{text}' is no status for it; write a number from {lowest} to {highest}");

    private static TimeSpan ParseTime(string text, string rule)
    {
        var (digits, unit) = text switch
        {
            [.., 'm', 's'] => (text[..^2], TimeSpan.FromMilliseconds(1)),
            [.., 's'] => (text[..^1], TimeSpan.FromSeconds(1)),
            [.., 'm'] => (text[..^1], TimeSpan.FromMinutes(1)),
            _ => ("", TimeSpan.Zero),
        };

        return double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number * unit <= LongestPause
            ? number * unit
            : throw Wrong(rule, $"'{text}' is no time; write it like 250ms, 2s or 1.5m, at most 24 hours");
    }

    private static FormatException Wrong(string rule, string why) =>
        new(rule.Length == 0 ? $"A fault is empty; write one of {Known}." : $"Fault '{rule}': {why}.");
}
