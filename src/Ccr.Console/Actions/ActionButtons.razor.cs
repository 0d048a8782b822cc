using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Ccr.Console.Actions;

/// <summary>The buttons of the pause and the brakes, of all sites or of one. What a dialog shows is fixed when it is opened.</summary>
public sealed partial class ActionButtons
{
    private const int NamesShown = 10;

    /// <summary>The site, or null for all of them.</summary>
    [Parameter]
    public string? Site { get; set; }

    [Inject]
    private ConsoleFacts Facts { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    private string Which => Site is null ? " all sites" : $" {Site}";

    private string OfWhich => $" of{Which}";

    private SwitchRecord? Pause => Now.Switches.FirstOrDefault(known => known.IsPause && known.Site == Site && known.HoldsAt(Now.At));

    private IEnumerable<SwitchRecord> Brakes => Now.Switches.Where(known => Facts.May(ConsoleRights.Brake) && known.IsBrake && known.HoldsAt(Now.At)
        && (Site is null || known.Site == Site));

    private Task<IDialogReference> PauseAsync() => Dialogs.ShowAsync<PauseDialog>($"Pause{Which}", new DialogParameters<PauseDialog>
    {
        { dialog => dialog.Site, Site },
        { dialog => dialog.Seen, Now.Switches.FirstOrDefault(known => known.IsPause && known.Site == Site) },
        { dialog => dialog.InHand, Now.Machines?.Of(MachineState.Pushing) },
    });

    private Task<IDialogReference> ResumeAsync(SwitchRecord pause) => Dialogs.ShowAsync<ResumeDialog>(
        $"End the pause{OfWhich}", new DialogParameters<ResumeDialog>
    {
        { dialog => dialog.Site, Site },
        { dialog => dialog.Seen, pause },
        { dialog => dialog.Waiting, Now.Machines?.Of(MachineState.Waiting) },
    });

    private Task<IDialogReference> ReleaseAsync(SwitchRecord brake)
    {
        var held = Now.Results.Where(row => row.Time >= brake.Since && row.Site == brake.Site && row.Outcome == Outcome.Deferred)
            .DistinctBy(row => row.MachineKey).ToList();
        return Dialogs.ShowAsync<BrakeDialog>($"Release the brake of {brake.Site}", new DialogParameters<BrakeDialog>
        {
            { dialog => dialog.Site, brake.Site! },
            { dialog => dialog.Seen, brake },
            { dialog => dialog.Held, held.Count },
            { dialog => dialog.Names, [.. held.Take(NamesShown).Select(row => Words.Text.Show(row.MachineKey))] },
            { dialog => dialog.Sources, string.Join(", ", held.Select(row => Words.Text.Show(row.Source)).Distinct(StringComparer.Ordinal).Take(NamesShown)) },
        });
    }
}
