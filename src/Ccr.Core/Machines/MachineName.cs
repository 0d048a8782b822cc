using System.Diagnostics.CodeAnalysis;
using Ccr.Core.Text;

namespace Ccr.Core.Machines;

/// <summary>The NetBIOS name of the machine whose client is to be reinstalled, in its upper-case canonical form.</summary>
/// <remarks>
/// A site server logs on to the machine that a CCR names, with its client push accounts. So a name is taken exactly as it was given or refused: a DNS
/// name, an address or a port is never cut down to something that looks like a name.
/// </remarks>
public readonly record struct MachineName
{
    private readonly string? _value;

    private MachineName(string value) => _value = value;

    /// <summary>The name: 1 to 15 characters of A-Z, 0-9 and hyphen.</summary>
    public string Value => _value ?? throw new InvalidOperationException("This machine name was never parsed.");

    /// <summary>Reads a machine name; a refusal says in <paramref name="fault"/> what is wrong and what is right.</summary>
    public static bool TryParse(string? text, out MachineName name, [NotNullWhen(false)] out string? fault)
    {
        fault = FindOtherForm(text) ?? NetBiosName.FindFault(text, "machine", "PC01", allowUnderscore: false);
        name = fault is null ? new MachineName(text!.ToUpperInvariant()) : default;
        return fault is null;
    }

    /// <summary>Reads a machine name.</summary>
    /// <exception cref="FormatException">The text is not a machine name; the message says why.</exception>
    public static MachineName Parse(string text) => TryParse(text, out var name, out var fault) ? name : throw new FormatException(fault);

    /// <summary>The canonical form.</summary>
    public override string ToString() => Value;

    /// <summary>A text that is well known as something else is called so; of any other the wrong character is named.</summary>
    private static string? FindOtherForm(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;

        var form = HostText.FormOf(text);
        var isKnown = form is HostForm.Placeholder or HostForm.Url or HostForm.AccountName or HostForm.UncPath or HostForm.ServicePrincipal
            or HostForm.DistinguishedName or HostForm.ScomName or HostForm.List || (form == HostForm.Macro && (HostText.IsMacro(text) || text.StartsWith('$')));
        return isKnown ? $"the machine name {SafeText.Quote(text)} {HostText.Describe(form)}; send the NetBIOS name alone, for example PC01" : null;
    }
}
