using System.Diagnostics.CodeAnalysis;

namespace Ccr.Core.Machines;

/// <summary>The NetBIOS name of the domain that a machine belongs to, in its upper-case canonical form.</summary>
/// <remarks>Unlike a machine name it may hold underscores: the MSDN sample of a CCR names <c>SMS_DOMAIN</c>.</remarks>
public readonly record struct DomainName
{
    private readonly string? _value;

    private DomainName(string value) => _value = value;

    /// <summary>The name: 1 to 15 characters of A-Z, 0-9, hyphen and underscore.</summary>
    public string Value => _value ?? throw new InvalidOperationException("This domain name was never parsed.");

    /// <summary>Reads a domain name; a refusal says in <paramref name="fault"/> what is wrong and what is right.</summary>
    public static bool TryParse(string? text, out DomainName name, [NotNullWhen(false)] out string? fault)
    {
        fault = NetBiosName.FindFault(text, "domain", "CORP", allowUnderscore: true);
        name = fault is null ? new DomainName(text!.ToUpperInvariant()) : default;
        return fault is null;
    }

    /// <summary>Reads a domain name.</summary>
    /// <exception cref="FormatException">The text is not a domain name; the message says why.</exception>
    public static DomainName Parse(string text) => TryParse(text, out var name, out var fault) ? name : throw new FormatException(fault);

    /// <summary>The canonical form.</summary>
    public override string ToString() => Value;
}
