using Microsoft.AspNetCore.Components;

namespace Ccr.Console.Components;

/// <summary>What somebody types into one field, or chooses in it.</summary>
/// <remarks>
/// For @bind Blazor makes another handler with each rendering. When a slow server hears that the browser has the new one before it looks at what the browser
/// sent to the old one, it knows the old one no more: what was typed is lost, and nobody is told (seen in ASP.NET Core 10.0.12). This handler stays the same.
/// </remarks>
public sealed class Field
{
    /// <summary>The text, or the value of what is chosen.</summary>
    public string Value { get; set; } = "";

    /// <summary>Takes what the browser says. A field that is taken at each key has no value from here: it would overwrite the next key.</summary>
    public void Take(ChangeEventArgs change) => Value = change.Value as string ?? "";
}
