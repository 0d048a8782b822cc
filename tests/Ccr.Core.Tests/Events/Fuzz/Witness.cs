using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Ccr.Core.Tests.Events.Fuzz;

/// <summary>
/// Says, without any code of the reader, which machines an event names: written after the formats' own documentation, with a walk over the whole event
/// and a list of the members that hold a machine's name in each format.
/// </summary>
internal static partial class Witness
{
    private static readonly string[] HostLabels =
    [
        "machine", "hostname", "host", "computer", "nodename", "instance",
        "exported_machine", "exported_hostname", "exported_host", "exported_computer", "exported_nodename", "exported_instance",
    ];

    private static readonly string[] HostFields = ["machine", "hostname", "computer", "computername", "nodename", "host"];

    /// <summary>The members that hold a name, by source; what stands before a name in a list of tags ends in a colon or a blank.</summary>
    private static readonly Dictionary<string, string[]> Naming = new(StringComparer.Ordinal)
    {
        ["ccr"] = ["machine"],
        ["plain"] = ["machine"],
        ["alertmanager"] = HostLabels,
        ["grafana"] = HostLabels,
        ["azure-monitor"] =
        [
            .. HostLabels, "affectedconfigurationitems", "configurationitems", "alerttargetids", "=computer", "=computername", "=hostname", "=vmname",
            "=_resourceid", "=resourceid",
        ],
        ["checkmk"] = ["host"],
        ["configmgr-client-health"] = ["hostname"],
        ["datadog"] = ["hostname", "host:"],
        ["dynatrace"] = ["name", "host "],
        ["icinga2"] = ["name"],
        ["nagios"] = ["hostname"],
        ["opsgenie"] = [.. HostFields, "host:"],
        ["pagerduty"] = ["=ccr_machine", "=machine", "=hostname", "ccr:"],
        ["prtg"] = ["device", "host"],
        ["scom"] = ["netbioscomputername", "monitoringobjectpath", "monitoringobjectdisplayname"],
        ["servicenow-cmdb"] = ["name", "fqdn"],
        ["servicenow-event"] = ["node"],
        ["splunk"] = HostFields,
        ["zabbix"] = ["host_host"],
    };

    private static readonly HashSet<string> NoMachines = new(
        StringComparer.OrdinalIgnoreCase) { "unknown", "null", "none", "undefined", "na", "test", "localhost" };

    /// <summary>The machines, in capitals, that an event of a source names at places for machines.</summary>
    public static HashSet<string> MachinesIn(JsonNode? root, string source)
    {
        // Each element is an event of its own: what one is about says nothing of the others.
        if (root is JsonArray events) return [.. events.SelectMany(one => MachinesIn(one, source))];

        var all = TextsIn(root, "").ToList();
        var naming = Naming.GetValueOrDefault(source, []);
        var named = all.Where(text => naming.Contains(text.Member, StringComparer.OrdinalIgnoreCase)).Select(text => text.Value)
            .Concat(all.SelectMany(text => naming.Where(mark => mark[^1] is ':' or ' ').SelectMany(mark => Marked(text.Value, mark))));
        var names = named.Select(NameOf).OfType<string>().Where(name => !NoMachines.Contains(name)).Select(name => name.ToUpperInvariant()).ToHashSet();
        if (source == "azure-monitor") names.ExceptWith(OtherResources(all));
        return names;
    }

    /// <summary>JSON in which no member stands twice, or null.</summary>
    public static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The values of one member, wherever it is.</summary>
    public static IEnumerable<string> ValuesOf(JsonNode? root, string member) =>
        TextsIn(root, "").Where(text => text.Member.Equals(member, StringComparison.OrdinalIgnoreCase)).Select(text => text.Value);

    /// <summary>A name as a site may be told it, or null when the text is none.</summary>
    public static string? NameOf(string text)
    {
        var match = text.StartsWith('/') ? Machine().Match(text) : Host().Match(text);
        return match.Success ? match.Groups["name"].Value : null;
    }

    /// <summary>The domain that a host's suffix stands for, if it has one.</summary>
    public static string? DomainOf(string text) => Host().Match(text).Groups["domain"] is { Success: true } domain ? domain.Value.ToUpperInvariant() : null;

    /// <summary>Whether a text is in the event, alone or as part of another one, in any case.</summary>
    public static bool Says(JsonNode? root, string text) => TextsIn(root, "").Any(found => found.Value.Contains(text, StringComparison.OrdinalIgnoreCase));

    /// <summary>The bare names of workspaces, accounts and the like that the alert is about, unless a dimension or label has the name too.</summary>
    private static IEnumerable<string> OtherResources(List<(string Member, string Value)> all)
    {
        var elsewhere = all.Where(text => text.Member is not ("alertTargetIDs" or "configurationItems" or "AffectedConfigurationItems")).Select(
            text => NameOf(text.Value)?.ToUpperInvariant()).ToHashSet();
        return all.Where(
            text => text.Member == "alertTargetIDs" && !Machine().IsMatch(text.Value) && text.Value.Contains("/providers/", StringComparison.OrdinalIgnoreCase))
            .Select(text => text.Value[(text.Value.LastIndexOf('/') + 1)..].ToUpperInvariant()).Where(name => !elsewhere.Contains(name));
    }

    private static IEnumerable<string> Marked(string text, string mark) =>
        text.Split(',').Select(piece => piece.Trim()).Where(
            piece => piece.StartsWith(mark, StringComparison.OrdinalIgnoreCase)).Select(piece => piece[mark.Length..].Trim());

    /// <summary>Every text with the name of its member; elements have that of their array, and a pair of name and value the name with a = before it.</summary>
    private static IEnumerable<(string Member, string Value)> TextsIn(JsonNode? node, string member) => node switch
    {
        JsonObject parent => parent.SelectMany(child => TextsIn(child.Value, child.Key)).Concat(PairIn(parent)),
        JsonArray array => array.SelectMany(child => TextsIn(child, member)),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => TextsInText(TextOf(value), member),
        JsonValue value => [(member, value.ToJsonString())],
        _ => [],
    };

    private static IEnumerable<(string Member, string Value)> PairIn(JsonObject parent)
    {
        string? Find(string name) => parent.FirstOrDefault(child => child.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value is JsonValue value
            ? TextOf(value)
            : null;
        return Find("name") is { } name && Find("value") is { } text ? [($"={name}", text)] : [];
    }

    /// <summary>A text may hold JSON, or Base64 of it.</summary>
    private static IEnumerable<(string Member, string Value)> TextsInText(string text, string member)
    {
        yield return (member, text);
        var bytes = new byte[text.Length];
        var inner = text.Length > 8 && Convert.TryFromBase64String(text, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : text;
        if (inner.TrimStart() is not ['{' or '[', ..] || Parse(inner) is not { } parsed) yield break;
        foreach (var found in TextsIn(parsed, member)) yield return found;
    }

    private static string TextOf(JsonValue value)
    {
        try
        {
            return value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString();
        }
        catch (InvalidOperationException)
        {
            return "";
        }
    }

    [GeneratedRegex(@"^(?<name>[A-Za-z0-9-]{1,15})(\.(?<domain>corp|lab)\.example\.com)?(:\d{1,5})?$", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Host();

    [GeneratedRegex(
        @"/providers/(microsoft\.compute/virtualmachines|microsoft\.hybridcompute/machines)/(?<name>[A-Za-z0-9-]{1,15})$",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Machine();
}
