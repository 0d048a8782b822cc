using System.Buffers;
using System.Globalization;
using System.Net;

namespace Ccr.Core.Events.HostNames;

/// <summary>Tells what a text that is to name a machine is. Nothing is looked up.</summary>
internal static class HostText
{
    private const int MacDigits = 12;
    private const int MaxPortLength = 5;
    private const int SysIdDigits = 32;

    /// <summary>None of these is in any name of a machine, and each is in some monitor's notation for a macro.</summary>
    private static readonly SearchValues<char> MacroCharacters = SearchValues.Create("{}$<>*%");

    public static HostForm FormOf(string text)
    {
        if (text.StartsWith('/')) return HostForm.ResourceId;
        if (text.AsSpan().ContainsAny(MacroCharacters)) return HostForm.Macro;
        if (IsMacAddress(text)) return HostForm.MacAddress;
        if (IsIpAddress(text)) return HostForm.IpAddress;
        if (IsHex(text, SysIdDigits) || Guid.TryParseExact(text, "D", out _)) return HostForm.RecordId;
        return text.Contains('.') ? HostForm.DnsName : HostForm.Label;
    }

    /// <summary>The text without its port. An IPv6 literal stays whole: what follows its first colon has another, so it is no number.</summary>
    public static string WithoutPort(string text)
    {
        var colon = text.IndexOf(':');
        if (colon <= 0 || colon == text.Length - 1) return text;
        return text.AsSpan(colon + 1).ContainsAnyExceptInRange('0', '9') || text.Length - colon > MaxPortLength + 1 ? text : text[..colon];
    }

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
