using System.Text.Json;
using Ccr.Console.Actions;
using Ccr.Console.State;
using Ccr.Console.Words;
using Ccr.Core;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Ccr.Console.Components.Pages;

/// <summary>One machine: everything that the ledger knows of it, in the order in which it happened.</summary>
public sealed partial class MachinePage
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private MachineHistory? _history;
    private string? _fault;
    private string? _read;
    private bool _isSlow;

    /// <summary>Its domain.</summary>
    [Parameter]
    public string Domain { get; set; } = "";

    /// <summary>Its name.</summary>
    [Parameter]
    public string Name { get; set; } = "";

    [Inject]
    private CcrOptions Settings { get; set; } = default!;

    [Inject]
    private LedgerReader Reader { get; set; } = default!;

    [Inject]
    private ConsoleFacts Facts { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    private string Key => $@"{Domain}\{Name}";

    /// <inheritdoc/>
    protected override Task OnParametersSetAsync() => Key == _read ? Task.CompletedTask : LoadAsync();

    private async Task LoadAsync()
    {
        (_history, _fault, _read, _isSlow) = (null, null, Key, false);
        try
        {
            var reading = Reader.ReadHistoryAsync(Key, CancellationToken.None).AsTask();
            if (await Task.WhenAny(reading, Task.Delay(TimeSpan.FromSeconds(1), Time)) != reading)
            {
                _isSlow = true;
                StateHasChanged();
            }

            _history = await reading.WaitAsync(Patience, Time);
        }
        catch (Exception fault) when (fault is LedgerException or TimeoutException)
        {
            _fault = fault is LedgerException ? fault.Message : $"no answer within {Patience.TotalSeconds:0} s";
        }
    }

    private async Task ReleaseAsync(MachineRecord machine)
    {
        var parameters = new DialogParameters<QuarantineDialog> { { dialog => dialog.Machines, [machine] }, { dialog => dialog.At, Now.At } };
        var dialog = await Dialogs.ShowAsync<QuarantineDialog>("Release from quarantine", parameters);
        await dialog.Result;
        await LoadAsync();
    }

    private string ForTicket() => string.Join(
        Environment.NewLine,
        MachineStory.Of(_history!).Select(step => $"{step.At:u} {step.What} {step.Says}").Prepend(Words.Text.Show(Key)));

    private static string Raw(MachineRecord machine) => JsonSerializer.Serialize(machine, Indented);
}
