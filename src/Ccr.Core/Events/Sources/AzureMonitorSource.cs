using System.Text.Json;
using Ccr.Core.Results;

namespace Ccr.Core.Events.Sources;

/// <summary>Azure Monitor alerts in the common alert schema (MicrosoftDocs/azure-monitor-docs, alerts-common-schema.md).</summary>
/// <remarks>
/// For a log alert <c>alertTargetIDs</c> names the workspace, so a resource id counts as a machine only if it is one.
/// </remarks>
internal sealed class AzureMonitorSource : IEventSource
{
    private const string Schema = "azureMonitorCommonAlertSchema";

    private static readonly string[] MachineTypes =
        ["/providers/microsoft.compute/virtualmachines/", "/providers/microsoft.hybridcompute/machines/"];

    public string Name => "azure-monitor";

    public string Recognition => $"Azure Monitor with \"schemaId\": \"{Schema}\"";

    public bool Recognises(JsonElement root) =>
        JsonFields.Find(root, "schemaId") is { ValueKind: JsonValueKind.String } schema && JsonFields.Text(schema, "schemaId") == Schema;

    public EventReading Read(JsonElement root, IncomingEvent incoming)
    {
        var data = JsonFields.RequireObject(root, "data");
        var essentials = JsonFields.RequireObject(data, "essentials");
        var condition = JsonFields.RequireText(essentials, "monitorCondition");

        // An alert keeps its id when it is resolved, and fires anew under another.
        var id = $"{JsonFields.RequireText(essentials, "alertId")} {condition}";
        var time = JsonFields.FindTime(essentials, condition == "Resolved" ? "resolvedDateTime" : "firedDateTime")
            ?? JsonFields.FindTime(essentials, "firedDateTime")
            ?? incoming.EnqueuedTime;
        return new EventReading(Name, id, time, [.. ReadParts(data, essentials, condition)]);
    }

    private static IEnumerable<EventPart> ReadParts(JsonElement data, JsonElement essentials, string condition)
    {
        var machines = FindMachines(data, essentials).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        var reason = JsonFields.FindText(essentials, "alertRule");
        return condition switch
        {
            "Resolved" => machines.DefaultIfEmpty(null).Select(m => Ended(m, Outcome.Ignored, EventReasons.Resolved, "the alert's monitorCondition is Resolved")),
            not "Fired" => throw new EventFaultException(EventReasons.WrongSchema, "the member 'monitorCondition' must be \"Fired\" or \"Resolved\""),
            _ when machines.Count == 0 => [Ended(null, Outcome.Rejected, EventReasons.NoMachine, "looked for the dimension 'Computer', for 'configurationItems', and for a virtual machine in 'alertTargetIDs'")],
            _ => machines.Select(m => new MachinePart { MachineText = m, Reason = reason is null ? null : SafeText.Escape(reason), RequestedBy = "Azure Monitor" }),
        };
    }

    private static EndedPart Ended(string? machine, Outcome outcome, ReasonCode reason, string detail) =>
        new(new Verdict(outcome, reason, detail)) { MachineText = machine };

    /// <summary>The best evidence there is, not all of it: the dimension of a log alert, else the items, else the targets.</summary>
    private static List<string> FindMachines(JsonElement data, JsonElement essentials)
    {
        List<string> found = [.. Computers(data)];
        if (found.Count == 0) found = [.. Texts(essentials, "configurationItems").Select(MachineOf).OfType<string>()];
        if (found.Count == 0) found = [.. Texts(essentials, "alertTargetIDs").Where(IsResourceId).Select(MachineOf).OfType<string>()];
        return found;
    }

    private static IEnumerable<string> Computers(JsonElement data)
    {
        if (JsonFields.FindObject(data, "alertContext") is not { } context || JsonFields.FindObject(context, "condition") is not { } condition) yield break;

        foreach (var criterion in Objects(condition, "allOf"))
        {
            foreach (var dimension in Objects(criterion, "dimensions"))
            {
                if (JsonFields.FindText(dimension, "name") is "Computer" && JsonFields.FindText(dimension, "value") is { Length: > 0 } value) yield return value;
            }
        }
    }

    /// <summary>A plain item is the name itself; of a resource id the last segment is, if the resource is a machine.</summary>
    private static string? MachineOf(string item)
    {
        if (!IsResourceId(item)) return item;
        return MachineTypes.Any(type => item.Contains(type, StringComparison.OrdinalIgnoreCase)) ? item[(item.LastIndexOf('/') + 1)..] : null;
    }

    private static bool IsResourceId(string item) => item.StartsWith('/');

    private static IEnumerable<JsonElement> Objects(JsonElement parent, string name) =>
        JsonFields.FindArray(parent, name) is { } array ? array.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.Object) : [];

    private static IEnumerable<string> Texts(JsonElement parent, string name) =>
        JsonFields.FindArray(parent, name) is { } array
            ? array.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.String).Select(e => JsonFields.Text(e, name)).Where(t => t.Length > 0)
            : [];
}
