using Ccr.Console.Components.Parts;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using MudBlazor;

namespace Ccr.Console.Components;

/// <summary>What is around every page: the bar, the strip, and the word that what is shown is old.</summary>
public partial class MainLayout
{
    /// <summary>Colours come from the style sheet; MudBlazor's own theme only brings its shapes.</summary>
    private static readonly MudTheme Plain = new();

    private ErrorBoundary? _boundary;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    /// <inheritdoc/>
    protected override void OnParametersSet() => _boundary?.Recover();

    private Task<IDialogReference> HelpAsync() => Dialogs.ShowAsync<HelpDialog>("Help");
}
