using Ccr.Console.State;
using Microsoft.AspNetCore.Components;

namespace Ccr.Console.Components;

/// <summary>A component that shows what is known now, and is drawn again when more is.</summary>
public abstract class LiveComponent : ComponentBase, IDisposable
{
    [Inject]
    private protected ConsoleState State { get; set; } = default!;

    private protected Snapshot Now => State.Now;

    /// <inheritdoc/>
    public void Dispose()
    {
        State.Changed -= Draw;
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected override void OnInitialized() => State.Changed += Draw;

    /// <summary>Whether a new snapshot is to be drawn.</summary>
    private protected virtual bool MayDraw => true;

    private void Draw(object? sender, EventArgs e)
    {
        if (MayDraw) _ = InvokeAsync(StateHasChanged);
    }
}
