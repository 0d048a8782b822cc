using Ccr.Core;
using Ccr.Hosting.DeadLetters;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Ccr.Console.Actions;

/// <summary>The buttons of some dead letters of one entity.</summary>
public sealed partial class LetterButtons
{
    /// <summary>Whose they are.</summary>
    [Parameter, EditorRequired]
    public DeadLetterEntity Entity { get; set; } = default!;

    /// <summary>The reason that they have in common.</summary>
    [Parameter, EditorRequired]
    public string Reason { get; set; } = "";

    /// <summary>Their sequence numbers, oldest first.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<long> Numbers { get; set; } = [];

    [Inject]
    private ConsoleFacts Facts { get; set; } = default!;

    [Inject]
    private CcrOptions Settings { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    private string? Why => Now.WhyNoWriting ?? (Now.Broker.Fault is null ? null : "Service Bus does not answer.");

    private Task<IDialogReference> RedriveAsync() => Dialogs.ShowAsync<RedriveDialog>("Redrive", new DialogParameters<RedriveDialog>
    {
        { dialog => dialog.Entity, Entity },
        { dialog => dialog.Reason, Reason },
        { dialog => dialog.Numbers, Numbers },
        { dialog => dialog.Held, string.Join("; ", Words.Strip.Of(Now, Settings).Where(item => item.Mood == Words.Mood.Bad).Select(item => item.Word)) },
    });

    private Task<IDialogReference> DiscardAsync() => Dialogs.ShowAsync<DiscardDialog>("Discard", new DialogParameters<DiscardDialog>
    {
        { dialog => dialog.Entity, Entity },
        { dialog => dialog.Reason, Reason },
        { dialog => dialog.Numbers, Numbers },
    });
}
