using System.Text.Json;
using Ccr.Core.Events.Json;

namespace Ccr.Core.Events;

/// <summary>Recognises alerts of Azure Monitor in the schemas of before the common one (alerts-common-schema.md; alerta-contrib, azuremonitor).</summary>
internal static class OldAzureSchema
{
    private static readonly MemberName SchemaId = "schemaId";
    private static readonly MemberName Status = "status";
    private static readonly MemberName Context = "context";
    private static readonly MemberName ResourceId = "resourceId";
    private static readonly MemberName SearchQuery = "SearchQuery";
    private static readonly MemberName SearchStart = "SearchIntervalStartTimeUtc";

    /// <summary>The alert for people, or null when it is none.</summary>
    public static string? NameOf(EventValue root)
    {
        if (root.Kind != JsonValueKind.Object) return null;
        var schema = root.Find(SchemaId) is { Kind: JsonValueKind.String } id ? id.Text("schemaId") : "";
        if (schema.Equals("AzureMonitorMetricAlert", StringComparison.OrdinalIgnoreCase)) return "a metric alert of Azure Monitor in its old schema";
        if (schema.StartsWith("Microsoft.Insights/", StringComparison.OrdinalIgnoreCase)) return "an alert of Azure Monitor on the activity log in its old schema";
        if (root.Find(Status).IsPresent && root.Find(Context).Find(ResourceId).IsPresent) return "a classic metric alert of Azure Monitor";
        return root.Find(SearchQuery).IsPresent && root.Find(SearchStart).IsPresent ? "a log alert of Azure Monitor in its old schema" : null;
    }
}
