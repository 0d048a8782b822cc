using System.Globalization;
using Ccr.Console.Components;
using Ccr.Hosting.DeadLetters;
using Microsoft.AspNetCore.Components;

namespace Ccr.Console.Actions;

/// <summary>Asks before dead letters are sent again. Their number is fixed when it is opened.</summary>
public sealed partial class RedriveDialog
{
    private readonly Field _typed = new();
    private readonly Field _many = new();
    private int _done;

    /// <summary>Whose they are.</summary>
    [Parameter, EditorRequired]
    public DeadLetterEntity Entity { get; set; } = default!;

    /// <summary>The reason that they have in common.</summary>
    [Parameter, EditorRequired]
    public string Reason { get; set; } = "";

    /// <summary>Their sequence numbers, oldest first.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<long> Numbers { get; set; } = [];

    /// <summary>What is held now.</summary>
    [Parameter]
    public string Held { get; set; } = "";

    [Inject]
    private LetterGate Gate { get; set; } = default!;

    private IReadOnlyList<long> Meant =>
        [.. Numbers.Take(int.TryParse(_many.Value, CultureInfo.InvariantCulture, out var many) && many > 0 ? many : Numbers.Count)];

    private Task<GateAnswer> ActAsync(string reason) => Gate.RedriveAsync(Entity, Meant, _typed.Value, reason, done =>
    {
        _done = done;
        _ = InvokeAsync(StateHasChanged);
    });
}
