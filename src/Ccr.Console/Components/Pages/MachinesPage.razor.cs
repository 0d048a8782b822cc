using Ccr.Console.Actions;
using Ccr.Console.Words;
using Ccr.Core;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Ccr.Console.Components.Pages;

/// <summary>All machines that the ledger knows, by how they stand.</summary>
public sealed partial class MachinesPage
{
    private readonly Field _state = new();
    private readonly Field _site = new();
    private readonly Field _q = new();
    private readonly SortedDictionary<string, MachineRecord> _chosen = new(StringComparer.Ordinal);
    private int _released;

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
    private ConsoleFacts Facts { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private IReadOnlyList<(string Name, string? Value)> Filters => [("state", StateFilter), ("site", SiteFilter), ("q", TextFilter)];

    /// <summary>Whether rows can be chosen: they are all quarantined, and may be released here.</summary>
    private bool CanChoose => StateFilter == nameof(MachineState.Quarantined) && Facts.May(ConsoleRights.Release);

    private string Counted => Now.Machines is { } counted ? $"{counted.Census.Machines:N0} machines, counted {Durations.Show(Now.At - counted.At)} ago"
        : $"{Now.MachinesRead:N0} machines read so far";

    private string CountOf(MachineState state) => Now.Machines is { } counted ? $" ({counted.Of(state):N0})" : "";

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        (_state.Value, _site.Value, _q.Value) = (StateFilter ?? "", SiteFilter ?? "", TextFilter ?? "");
        if (!CanChoose) _chosen.Clear();
    }

    private ValueTask<ListPage<MachineRecord>> ReadAsync(string? after, CancellationToken cancellationToken) => View.ListMachinesAsync(
        MachineQuery.ToFilter(StateFilter, SiteFilter, TextFilter, Now.At), after, Parts.Listing<MachineRecord>.PageSize, cancellationToken);

    private void Choose(MachineRecord machine, bool isChosen)
    {
        if (isChosen) _chosen[machine.Key] = machine;
        else _chosen.Remove(machine.Key);
    }

    private async Task ReleaseAsync()
    {
        var parameters = new DialogParameters<QuarantineDialog> { { dialog => dialog.Machines, [.. _chosen.Values] }, { dialog => dialog.At, Now.At } };
        var dialog = await Dialogs.ShowAsync<QuarantineDialog>("Release from quarantine", parameters);
        if (await dialog.Result is not { Canceled: false }) return;
        _chosen.Clear();
        _released++;
    }

    private void Go() => Navigation.NavigateTo(Links.To("/machines", ("state", _state.Value), ("site", _site.Value.Trim()), ("q", _q.Value.Trim())));
}
