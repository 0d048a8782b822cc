using Ccr.Console.Words;
using Ccr.Core;
using Microsoft.AspNetCore.Components;

namespace Ccr.Console.Components.Pages;

/// <summary>All machines that the ledger knows, by how they stand.</summary>
public sealed partial class MachinesPage
{
    private string _state = "";
    private string _site = "";
    private string _q = "";

    /// <summary>Only those that stand so.</summary>
    [SupplyParameterFromQuery(Name = "state")]
    public string? StateFilter { get; set; }

    /// <summary>Only those of this site.</summary>
    [SupplyParameterFromQuery(Name = "site")]
    public string? SiteFilter { get; set; }

    /// <summary>Only those whose name begins so.</summary>
    [SupplyParameterFromQuery(Name = "q")]
    public string? TextFilter { get; set; }

    /// <summary>Where the page begins.</summary>
    [SupplyParameterFromQuery(Name = "after")]
    public string? After { get; set; }

    [Inject]
    private CcrOptions Settings { get; set; } = default!;

    [Inject]
    private ILedgerView View { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private IReadOnlyList<(string Name, string? Value)> Filters => [("state", StateFilter), ("site", SiteFilter), ("q", TextFilter)];

    private string Counted => Now.Machines is { } counted ? $"{counted.Census.Machines:N0} machines, counted {Durations.Show(Now.At - counted.At)} ago"
        : $"{Now.MachinesRead:N0} machines read so far";

    private string CountOf(MachineState state) => Now.Machines is { } counted ? $" ({counted.Of(state):N0})" : "";

    /// <inheritdoc/>
    protected override void OnParametersSet() => (_state, _site, _q) = (StateFilter ?? "", SiteFilter ?? "", TextFilter ?? "");

    private ValueTask<ListPage<MachineRecord>> ReadAsync(string? after, CancellationToken cancellationToken) => View.ListMachinesAsync(
        new MachineFilter
        {
            State = Enum.TryParse<MachineState>(StateFilter, ignoreCase: true, out var state) ? state : null,
            At = Now.At,
            Site = string.IsNullOrEmpty(SiteFilter) ? null : SiteFilter,
            Text = string.IsNullOrEmpty(TextFilter) ? null : TextFilter,
        },
        after, Parts.Listing<MachineRecord>.PageSize, cancellationToken);

    private void Go() => Navigation.NavigateTo(Links.To("/machines", ("state", _state), ("site", _site.Trim()), ("q", _q.Trim())));
}
