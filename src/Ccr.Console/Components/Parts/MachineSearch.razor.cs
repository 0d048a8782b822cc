using Microsoft.AspNetCore.Components;

namespace Ccr.Console.Components.Parts;

/// <summary>Finds a machine: one match opens its page; more than one is a choice, never a guess.</summary>
public sealed partial class MachineSearch
{
    private readonly Field _text = new();

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private ILedgerView View { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    private bool IsHome => Navigation.ToBaseRelativePath(Navigation.Uri).Split('?')[0].Length == 0;

    private async Task GoAsync()
    {
        var text = _text.Value.Trim();
        if (text.Length == 0) return;
        if (text.Split('\\') is [{ Length: > 0 } domain, { Length: > 0 } machine])
        {
            Navigation.NavigateTo(Links.Machine(domain.ToUpperInvariant(), machine.ToUpperInvariant()));
            return;
        }

        Navigation.NavigateTo(await FindOnlyAsync(text) is { } only ? Links.Machine(only) : Links.To("/machines", ("q", text)));
    }

    /// <summary>The only machine of this name, or null when there are none or more.</summary>
    private async Task<MachineRecord?> FindOnlyAsync(string name)
    {
        var filter = new MachineFilter { Text = name, At = Time.GetUtcNow() };
        try
        {
            var found = await Paging.AllAsync(after => View.ListMachinesAsync(filter, after, 50, CancellationToken.None))
                .Where(machine => machine.Key.EndsWith($@"\{name}", StringComparison.OrdinalIgnoreCase)).Take(2).ToListAsync();
            return found.Count == 1 ? found[0] : null;
        }
        catch (LedgerException)
        {
            return null;
        }
    }
}
