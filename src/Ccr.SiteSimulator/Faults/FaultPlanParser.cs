using System.Globalization;
using Ccr.SiteSimulator.Http;

namespace Ccr.SiteSimulator.Faults;

internal static class FaultPlanParser
{
    private const string Known =
        "delay=TIME, slow=TIME, write, status=N, redirect[=N], close, reset, silence, garbage, endless-body, "
        + "endless-headers";

    private const string KnownToAdminService =
        Known + ", on=create|query|site, denied, return=N, body=json|html|empty, ok=N, shift=[-]TIME, numeric-status";

    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(24);

    public static FaultRule ParseRule(string text, bool forAdminService)
    {
        var known = forAdminService ? KnownToAdminService : Known;
        if (text.Length == 0) throw new FormatException($"A fault is empty; write one of {known}.");
        var parts = text.Split('@', StringSplitOptions.TrimEntries);
        if (parts.Length > 2) throw Wrong(text, "it has more than one '@'; write FAULT@TARGET,TARGET");

        var rule = new FaultRule(Fault.None, RequestKind.Any, [], Share: 1);
        foreach (var step in parts[0].Split('+', StringSplitOptions.TrimEntries))
        {
            var (name, value) = step.Split('=', 2, StringSplitOptions.TrimEntries) is [var left, var right] ? (left, right) : (step, null);
            if (forAdminService && name == "on" && value is not null)
            {
                rule = rule with { On = ParseKind(value, text) };
                continue;
            }

            var fault = (forAdminService ? AdminServiceSteps.Add(rule.Fault, name, value, text) : null) ?? Add(rule.Fault, step, name, value, text);
            rule = rule with { Fault = fault ?? throw Wrong(text, $"'{step}' is no fault; write one of {known}") };
        }

        if (rule.Fault.WriteCcr && rule.Fault.Kind == FaultKind.None)
            throw Wrong(text, "'write' needs a fault after it, such as write+close; without one the CCR is written");

        if (forAdminService) rule = rule with { Fault = AdminServiceSteps.Complete(rule.Fault) };
        return parts.Length == 1 ? rule : ParseTargets(rule, parts[1].Split(',', StringSplitOptions.TrimEntries), text);
    }

    /// <summary>The fault with another answer; a rule has only one.</summary>
    public static Fault Become(Fault fault, FaultKind kind, int? status, string step, string rule) => fault.Kind == FaultKind.None
        ? fault with { Kind = kind, Status = status }
        : throw Wrong(rule, $"'{step}' comes after another answer; a rule has one answer");

    private static Fault? Add(Fault fault, string step, string name, string? value, string rule)
    {
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
            _ => null,
        };

        Fault Become(FaultKind kind, int? status = null) => FaultPlanParser.Become(fault, kind, status, step, rule);
    }

    private static RequestKind ParseKind(string text, string rule) => text switch
    {
        "create" => RequestKind.Create,
        "query" => RequestKind.Query,
        "site" => RequestKind.Site,
        _ => throw Wrong(rule, $"'{text}' is no kind of request; write create, query or site"),
    };

    private static FaultRule ParseTargets(FaultRule found, string[] targets, string rule)
    {
        var shares = targets.Where(target => target.EndsWith('%')).ToList();
        var patterns = targets.Where(target => !target.EndsWith('%')).ToList();
        if (shares.Count > 1) throw Wrong(rule, "it has more than one share; write one, such as 30%");
        if (patterns.Any(string.IsNullOrEmpty))
            throw Wrong(rule, "a target is empty; write a machine name, such as PC1*, or a share, such as 30%");

        return found with { Patterns = patterns, Share = shares is [var share] ? ParseShare(share, rule) : 1 };
    }

    private static double ParseShare(string text, string rule) =>
        double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
        && percent is > 0 and <= 100
            ? percent / 100
            : throw Wrong(rule, $"'{text}' is no share; write more than 0% and at most 100%, such as 30%");

    public static int ParseStatus(string text, int lowest, int highest, string rule) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var status)
        && status >= lowest && status <= highest
            ? status
            : throw Wrong(rule, $"'{text}' is no status for it; write a number from {lowest} to {highest}");

    public static TimeSpan ParseTime(string text, string rule) =>
        SimulatedTime.TryParse(text, out var time) && time <= LongestPause
            ? time
            : throw Wrong(rule, $"'{text}' is no time; write it like 250ms, 2s or 1.5m, at most 24 hours");

    public static FormatException Wrong(string rule, string why) => new($"Fault '{rule}': {why}.");
}
