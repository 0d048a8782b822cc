using System.Globalization;
using Ccr.Console.Components;
using Microsoft.AspNetCore.Components;

namespace Ccr.Console.Actions;

/// <summary>Asks before submissions are paused.</summary>
public sealed partial class PauseDialog
{
    private readonly Field _choice = new();

    /// <summary>The site, or null for all of them.</summary>
    [Parameter]
    public string? Site { get; set; }

    /// <summary>The switch as it was when the dialog was opened.</summary>
    [Parameter]
    public SwitchRecord? Seen { get; set; }

    /// <summary>How many requests were on their way then; null when that is not counted yet.</summary>
    [Parameter]
    public int? InHand { get; set; }

    [Inject]
    private OperatorGate Gate { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    private string Target => Site ?? "all sites";

    private string OnTheirWay => InHand?.ToString(CultureInfo.InvariantCulture) ?? "an unknown number of";

    private Task<GateAnswer> ActAsync(string reason)
    {
        DateTimeOffset? until = int.TryParse(_choice.Value, CultureInfo.InvariantCulture, out var hours) ? Time.GetUtcNow().AddHours(hours) : null;
        return Gate.PauseAsync(Site, until, reason, Seen, CancellationToken.None);
    }
}
