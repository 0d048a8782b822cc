using System.Buffers;
using System.Globalization;
using System.Net;

namespace Ccr.Core.Machines;

/// <summary>Tells what a text that is to name a machine is. Nothing is looked up.</summary>
internal static class HostText
{
    private const int MacDigits = 12;
    private const int MaxPortLength = 5;
    private const int SysIdDigits = 32;

    /// <summary>None of these is in any name of a machine, and each is in some monitor's notation for a macro.</summary>
    private static readonly SearchValues<char> MacroCharacters = SearchValues.Create("{}$<>*%");

    /// <summary>Without one of these a text is a label, a DNS name, an address of digits or a record's key.</summary>
    private static readonly SearchValues<char> SpecialCharacters = SearchValues.Create("{}$<>*%/\\=,;|");

    private static readonly char[] ListSeparators = [',', ';', '|'];

    private static readonly string[] ServiceClasses = ["host", "cifs", "http", "rpc", "ldap", "wsman", "termsrv", "dns", "restrictedkrbhost", "mssqlsvc", "smtp"];

    public static HostForm FormOf(string text)
    {
        if (PlaceholderName.Is(text)) return HostForm.Placeholder;
        if (text.AsSpan().ContainsAny(SpecialCharacters) && FormOfSpecial(text) is { } special) return special;
        if (IsScomClass(text)) return HostForm.ScomName;
        if (IsMacAddress(text)) return HostForm.MacAddress;
        if (IsIpAddress(text)) return HostForm.IpAddress;
        if (IsHex(text, SysIdDigits) || Guid.TryParseExact(text, "D", out _)) return HostForm.RecordId;
        if (text.Contains('.')) return text.EndsWith('.') ? HostForm.AbsoluteDnsName : HostForm.DnsName;
        return HostForm.Label;
    }

    /// <summary>Completes the sentence "the text ..." for a form that names no machine, and says what is right; null for the others.</summary>
    public static string? Describe(HostForm form) => form switch
    {
        HostForm.ResourceId => "is a resource id",
        HostForm.IpAddress => "is an IP address",
        HostForm.MacAddress => "is a MAC address",
        HostForm.Macro => "has a macro that the sender did not expand",
        HostForm.RecordId => "is a record's key (a sys_id or a workspace id)",
        HostForm.Placeholder => "is a placeholder: it stands there for want of a machine's name",
        HostForm.Url => "is a URL",
        HostForm.AccountName => "is an account's name",
        HostForm.UncPath => "is a UNC path",
        HostForm.ServicePrincipal => "is a service principal name",
        HostForm.DistinguishedName => "is a distinguished name of the directory",
        HostForm.ScomName => "is a full name or class of Operations Manager",
        HostForm.List => "is a list of several names",
        HostForm.AbsoluteDnsName => "is a DNS name that ends in a dot",
        _ => null,
    };

    /// <summary>Whether a whole text is a macro, such as <c>{EVENT.ID}</c>, <c>$TIMET$</c> or <c>%status</c>. Unlike a name, other texts may have such characters.</summary>
    public static bool IsMacro(string text)
    {
        if (text.Length < 3) return false;
        if ((text[0], text[^1]) is ('{', '}') or ('<', '>') or ('*', '*') or ('$', '}')) return true;
        return text[0] is '$' or '%' && text.Skip(1).All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or ':' or '$' or '%');
    }

    /// <summary>The text without its port. An IPv6 literal stays whole: what follows its first colon has another, so it is no number.</summary>
    public static string WithoutPort(string text)
    {
        var colon = text.IndexOf(':');
        if (colon <= 0 || colon == text.Length - 1) return text;
        return text.AsSpan(colon + 1).ContainsAnyExceptInRange('0', '9') || text.Length - colon > MaxPortLength + 1 ? text : text[..colon];
    }

    /// <summary>The order matters: a template may hold a URL, and a distinguished name has commas like a list.</summary>
    private static HostForm? FormOfSpecial(string text)
    {
        if (text.StartsWith('/')) return HostForm.ResourceId;
        if (text.StartsWith(@"\\", StringComparison.Ordinal)) return HostForm.UncPath;
        var name = text.EndsWith('$') ? text.AsSpan(0, text.Length - 1) : text;
        if (name.ContainsAny(MacroCharacters) || name.IsEmpty) return HostForm.Macro;
        if (text.Contains("://", StringComparison.Ordinal)) return HostForm.Url;
        if (IsDistinguishedName(text)) return HostForm.DistinguishedName;
        if (text.Split(ListSeparators, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Length > 1) return HostForm.List;
        if (text.IndexOf('/') is > 0 and var slash) return FormWithSlash(text, slash);
        return text.EndsWith('$') || text.Contains('\\') ? HostForm.AccountName : null;
    }

    private static HostForm? FormWithSlash(string text, int slash)
    {
        var before = text[..slash];
        if (!before.Any(char.IsAsciiLetterOrDigit)) return null;
        if (ServiceClasses.Contains(before, StringComparer.OrdinalIgnoreCase)) return HostForm.ServicePrincipal;
        return before.AsSpan().ContainsAny('.', ':') || text.IndexOf('/', slash + 1) > 0 ? HostForm.Url : HostForm.AccountName;
    }

    private static bool IsDistinguishedName(string text) =>
        text.StartsWith("CN=", StringComparison.OrdinalIgnoreCase) || text.StartsWith("OU=", StringComparison.OrdinalIgnoreCase) || text.StartsWith("DC=", StringComparison.OrdinalIgnoreCase);

    private static bool IsScomClass(string text) =>
        text.StartsWith("Microsoft.", StringComparison.OrdinalIgnoreCase) || (text.StartsWith("System.", StringComparison.OrdinalIgnoreCase) && text.Contains(':'));

    /// <summary>Six groups of two digits, three of four, or twelve digits in a row.</summary>
    private static bool IsMacAddress(string text)
    {
        if (text.Length is not (MacDigits or 14 or 17)) return false;
        if (text.Length == MacDigits) return IsHex(text, MacDigits);

        var group = text.Length == 17 ? 2 : 4;
        for (var i = 0; i < text.Length; i++)
        {
            var isSeparator = i % (group + 1) == group;
            if (isSeparator ? text[i] is not (':' or '-' or '.') : !char.IsAsciiHexDigit(text[i])) return false;
        }

        return true;
    }

    /// <summary>
    /// Whatever an address parser somewhere would take for an address: with or without brackets, and any name whose last
    /// label is a number (127.1, 10.0.0.0x5).
    /// </summary>
    private static bool IsIpAddress(string text)
    {
        if (text.StartsWith('[') || text.IndexOf(':') != text.LastIndexOf(':')) return true;
        var lastLabel = text.AsSpan(text.LastIndexOf('.') + 1);
        return IsNumber(lastLabel) && (text.Contains('.') || IPAddress.TryParse(text, out _));
    }

    private static bool IsNumber(ReadOnlySpan<char> label) =>
        label.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? ulong.TryParse(label[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _)
            : !label.IsEmpty && !label.ContainsAnyExceptInRange('0', '9');

    private static bool IsHex(string text, int digits) => text.Length == digits && text.All(char.IsAsciiHexDigit);
}
