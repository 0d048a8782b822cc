using Ccr.Core.Events.Json;

namespace Ccr.Core.Events.Mappings;

/// <summary>
/// Whether an event has the name of an option anywhere: <c>ccr_domain</c> or <c>ccr_site</c>, also written <c>ccrDomain</c> or <c>ccr-domain</c>, as a
/// member, in a list of tags or within a text. Whoever wrote it asked for something, in whatever form.
/// </summary>
internal readonly record struct OptionMentions(bool Domain, bool Site)
{
    private const int MaxSeparators = 8;

    /// <summary>In the whole event, its envelope and the properties of its message.</summary>
    public static OptionMentions In(Payload payload) => Outside([], payload);

    /// <summary>In all of the event but its items, of which each speaks for itself.</summary>
    public static OptionMentions Outside(List<EventValue> items, Payload payload)
    {
        var (domains, sites) = Count(payload.Outermost.RawBytes);
        if (!payload.Root.IsInSameTextAs(payload.Outermost)) Add(Count(payload.Root.RawBytes), 1);
        if (domains + sites > 0)
        {
            foreach (var item in items) Add(Count(item.RawBytes), -1);
        }

        foreach (var name in payload.Message.Properties.Keys)
        {
            if (IsOption(name, "domain")) domains++;
            if (IsOption(name, "site")) sites++;
        }

        return new OptionMentions(domains > 0, sites > 0);

        void Add((int Domains, int Sites) more, int sign)
        {
            domains += sign * more.Domains;
            sites += sign * more.Sites;
        }
    }

    /// <summary>These, or those in an item.</summary>
    public OptionMentions Or(EventValue item)
    {
        var (domains, sites) = Count(item.RawBytes);
        return new OptionMentions(Domain || domains > 0, Site || sites > 0);
    }

    private static bool IsOption(string name, string option) =>
        name.StartsWith("ccr", StringComparison.OrdinalIgnoreCase) && name.AsSpan(3).TrimStart("_-. ").Equals(option, StringComparison.OrdinalIgnoreCase);

    private static (int Domains, int Sites) Count(ReadOnlySpan<byte> json)
    {
        var (domains, sites) = (0, 0);
        while (json.IndexOfAny((byte)'c', (byte)'C') is >= 0 and var at)
        {
            json = json[(at + 1)..];
            if (!StartsWith(json, "cr"u8)) continue;
            var rest = json[2..].TrimStart("_-. "u8);
            if (StartsWith(rest, "domain"u8) && HasValue(rest["domain".Length..])) domains++;
            else if (StartsWith(rest, "site"u8) && HasValue(rest["site".Length..])) sites++;
        }

        return (domains, sites);
    }

    /// <summary>A member that is null or blank asks for nothing. What is no member always counts.</summary>
    private static bool HasValue(ReadOnlySpan<byte> rest)
    {
        var colon = rest[..Math.Min(rest.Length, MaxSeparators)].IndexOf((byte)':');
        if (colon < 1 || !rest[..colon].Trim("\\\" \t\r\n"u8).IsEmpty) return true;

        var value = rest[(colon + 1)..].TrimStart(" \t\r\n"u8);
        return !value.StartsWith("null"u8) && !(value.TrimStart("\\"u8) is [(byte)'"', ..] quoted && quoted[1..].TrimStart("\\ "u8) is [(byte)'"', ..]);
    }

    private static bool StartsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lowerCase)
    {
        if (text.Length < lowerCase.Length) return false;
        for (var i = 0; i < lowerCase.Length; i++)
        {
            if ((text[i] | 0x20) != lowerCase[i]) return false;
        }

        return true;
    }
}
