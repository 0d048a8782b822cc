using System.Globalization;

namespace Ccr.SiteSimulator.Faults;

/// <summary>The steps of a fault that only an AdminService knows. What it answers on errors is hardly documented: README.md says what is invented.</summary>
internal static class AdminServiceSteps
{
    /// <summary>As a live site sends it, with its two spaces (ModernDriverManagement#179).</summary>
    private const string Denied = """{"error":{"code":"404","message":"Access denied  WMI QUERY: "}}""";

    private const string Html = "<!DOCTYPE html><html><head><title>Server Error</title></head><body><h1>Server Error</h1></body></html>";

    /// <summary>The fault with a further step; null when the step is none of these.</summary>
    public static Fault? Add(Fault fault, string name, string? value, string rule)
    {
        return (name, value) switch
        {
            ("denied", null) => Become(404) with { Body = Denied },
            ("return", not null) => Become(201) with { Body = $$"""{"ReturnValue":{{ParseNumber(value, rule)}}}""" },
            ("ok", not null) => fault with { Status = FaultPlanParser.ParseStatus(value, 200, 299, rule) },
            ("shift", ['-', .. var time]) => fault with { Shift = -FaultPlanParser.ParseTime(time, rule) },
            ("shift", not null) => fault with { Shift = FaultPlanParser.ParseTime(value, rule) },
            ("numeric-status", null) => fault with { NumericStatus = true },
            ("body", "empty") => fault with { ContentType = "" },
            ("body", "json") => fault with { Body = "{}" },
            ("body", "html") => fault with { Body = Html, ContentType = "text/html" },
            ("body", _) => throw FaultPlanParser.Wrong(rule, $"'{value}' is no body; write json, html or empty"),
            _ => null,
        };

        Fault Become(int status) => FaultPlanParser.Become(fault, FaultKind.Status, status, name, rule);
    }

    /// <summary>Gives a status the body and header that it has when the rule does not say otherwise.</summary>
    public static Fault Complete(Fault fault)
    {
        if (fault.Kind != FaultKind.Status || fault.Status is not { } status) return fault;
        if (status == 401) return fault with { Header = "WWW-Authenticate: Negotiate" };

        // 403 was seen without a body, other errors with code and message.
        var isPlain = fault is { Body: "" or "{}", ContentType: not "" } && status is >= 400 and not 403;
        return isPlain ? fault with { Body = $$$"""{"error":{"code":"{{{status}}}","message":"The simulator was told to answer so."}}""" } : fault;
    }

    private static int ParseNumber(string text, string rule) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw FaultPlanParser.Wrong(rule, $"'{text}' is no return value; write a whole number, such as 1");
}
