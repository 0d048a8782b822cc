using System.Globalization;
using Ccr.Console.Words;
using Ccr.Core;
using Microsoft.AspNetCore.Components;

namespace Ccr.Console.Components.Pages;

/// <summary>One site: how it is reached, how near its brake is, when it is open, what fails.</summary>
public sealed partial class SitePage
{
    /// <summary>Its key.</summary>
    [Parameter]
    public string Key { get; set; } = "";

    [Inject]
    private CcrOptions Settings { get; set; } = default!;

    private int Pushed => Now.Results.TakeWhile(row => row.Time > Now.At - Settings.Storms.Window)
        .Where(row => row.Site == Key && row.Outcome is Outcome.Accepted or Outcome.Failed or Outcome.Indeterminate)
        .Select(row => row.MachineKey).Distinct(StringComparer.Ordinal).Count();

    private IReadOnlyList<Failures> Bars => [.. Failures.Of(Now, TimeSpan.FromHours(24)).Where(failures => failures.Site == Key)];

    /// <summary>Host and port alone: an address may carry what is nobody's business.</summary>
    private static string HostOf(string? address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri.Authority : "—";

    private static string InZone(DateTimeOffset time, string zone) => TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found)
        ? TimeZoneInfo.ConvertTime(time, found).ToString("ddd HH:mm", CultureInfo.InvariantCulture)
        : "?";
}
