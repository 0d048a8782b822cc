using Ccr.Console.Components;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Ccr.Console.Actions;

/// <summary>What all confirmations have in common.</summary>
public sealed partial class DialogFrame
{
    private readonly Field _reason = new();
    private GateAnswer? _answer;
    private bool _isBusy;

    /// <summary>What is said and asked beside the reason.</summary>
    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    /// <summary>What the button says.</summary>
    [Parameter, EditorRequired]
    public string Verb { get; set; } = "";

    /// <summary>Whether the rest of the dialog is filled in.</summary>
    [Parameter]
    public bool IsReady { get; set; } = true;

    /// <summary>Does it, for a reason.</summary>
    [Parameter, EditorRequired]
    public Func<string, Task<GateAnswer>> Act { get; set; } = default!;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    private async Task ConfirmAsync()
    {
        // A second click while the first is under way does nothing.
        if (_isBusy) return;
        _isBusy = true;
        try
        {
            _answer = await Act(_reason.Value);
        }
        finally
        {
            _isBusy = false;
        }

        if (!_answer.IsDone) return;
        Snackbar.Add(_answer.Says, Severity.Success);
        Dialog.Close();
    }
}
