using Ccr.Core.Machines;

namespace Ccr.Core.Events.HostNames;

/// <summary>The rules for a configured DNS suffix.</summary>
internal static class DnsSuffix
{
    /// <summary>What is wrong with a suffix, or null.</summary>
    public static string? FindFault(string text)
    {
        if (text.Length is 0 or > 253 || !text.Split('.').All(IsLabel))
            return "a DNS suffix is labels of letters, digits and hyphens with dots between them, and none in front";
        return HostText.FormOf($"host.{text}") == HostForm.DnsName ? null : "a DNS suffix does not end in a number";
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-' && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
