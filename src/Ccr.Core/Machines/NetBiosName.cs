using System.Globalization;
using Ccr.Core.Text;

namespace Ccr.Core.Machines;

/// <summary>The rules that machine and domain names share: an allow-list, so that what is not known to be safe is refused.</summary>
internal static class NetBiosName
{
    /// <summary>NetBIOS keeps the sixteenth byte for the service type.</summary>
    private const int MaxLength = 15;

    /// <summary>Says what is wrong with a name, or null when it may be used.</summary>
    public static string? FindFault(string? text, string what, string example, bool allowUnderscore)
    {
        if (string.IsNullOrEmpty(text))
            return $"no {what} name is given; send its NetBIOS name, for example {example}";

        var wrong = FindWrongCharacter(text, allowUnderscore)
            ?? FindWrongShape(text);
        return wrong is null
            ? null
            : $"the {what} name {SafeText.Quote(text)} {wrong}; send the NetBIOS name alone, for example {example}";
    }

    private static string? FindWrongCharacter(string text, bool allowUnderscore)
    {
        foreach (var c in text)
        {
            if (char.IsAsciiLetterOrDigit(c) || c == '-' || (c == '_' && allowUnderscore)) continue;
            return c switch
            {
                '.' => "has a dot, so it is a DNS name or an IP address",
                '@' or ':' or '/' or '\\' => $"has the character '{c}', so it is an address",
                _ when char.IsControl(c) => "has a control character",
                _ when !char.IsAscii(c) => "has a character outside ASCII",
                _ => $"has the character '{c}', which is not allowed",
            };
        }

        return null;
    }

    private static string? FindWrongShape(string text) => text switch
    {
        { Length: > MaxLength } => $"has {text.Length} characters, more than {MaxLength}",
        _ when text[0] == '-' || text[^1] == '-' => "begins or ends with a hyphen",
        _ when !text.AsSpan().ContainsAnyExceptInRange('0', '9') => "has digits only, so it can be read as an IP address",
        _ when IsHexadecimalNumber(text) => "is a hexadecimal number, so it can be read as an IP address",
        _ => null,
    };

    /// <summary>Address parsers read 0x7f000001 as 127.0.0.1.</summary>
    private static bool IsHexadecimalNumber(string text) =>
        text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
        && ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _);
}
