using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Ccr.Core.Text;

namespace Ccr.Core.Sites;

/// <summary>Reads the address of a management point: scheme, host and port, and nothing that a URL could hide besides.</summary>
public static partial class ManagementPointAddress
{
    private const string Right = "write scheme, host and, if need be, port, for example http://mp01.corp.example";
    private const int LongestHost = 253;

    /// <summary>Reads an address; a refusal says in <paramref name="fault"/> what is wrong and what is right.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Uri? address, [NotNullWhen(false)] out string? fault)
    {
        address = null;
        fault = FindFault(text, out var parts);
        if (fault is not null)
        {
            fault = $"{fault}; {Right}";
            return false;
        }

        address = new Uri($"{parts!.Groups["scheme"]}://{parts.Groups["authority"]}/");
        return true;
    }

    private static string? FindFault(string? text, out Match? parts)
    {
        parts = null;
        if (string.IsNullOrWhiteSpace(text)) return "the address is missing";

        // Before '@' there may be a password: such an address is never shown.
        if (text.Contains('@')) return "the address has user information";

        var shown = SafeText.Quote(text);
        if (text.Any(c => !char.IsAscii(c) || char.IsControl(c) || c is ' ' or '\\' or '%'))
            return $"the address {shown} has a character that no address needs";

        parts = Shape().Match(text);
        if (!parts.Success) return $"the address {shown} is not one that begins with http:// or https:// and a host";
        if (parts.Groups["rest"].Value is not ("" or "/")) return $"the address {shown} has a path or a query";

        var port = parts.Groups["port"];
        if (port.Success
            && !(int.TryParse(port.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= ushort.MaxValue))
        {
            return $"the address {shown} has a port that is not 1 to 65535";
        }

        return IsPlainHost(parts.Groups["host"].Value) ? null : $"the address {shown} has a host that can be misread";
    }

    /// <summary>
    /// A DNS name, or an IP address in its usual form. Parsers disagree on everything else: 0x7f000001, 2130706433 and 017700000001 can all mean
    /// 127.0.0.1.
    /// </summary>
    private static bool IsPlainHost(string host)
    {
        if (host.StartsWith('['))
            return IPAddress.TryParse(host.AsSpan(1, host.Length - 2), out _) && !host.Contains('.');

        var last = host[(host.LastIndexOf('.') + 1)..];
        var endsInNumber = last.All(char.IsAsciiDigit) || last.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return endsInNumber
            ? IPAddress.TryParse(host, out var ip) && ip.ToString() == host
            : host.Length <= LongestHost && host.Split('.').All(label => Label().IsMatch(label));
    }

    [GeneratedRegex(
        @"\A(?<scheme>https?)://(?<authority>(?<host>\[[0-9a-f:.]+\]|[^/?#:\[\]]+)(:(?<port>[^/?#]*))?)(?<rest>.*)\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Shape();

    [GeneratedRegex(
        @"\A[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Label();
}
