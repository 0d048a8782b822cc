namespace Ccr.Core.Events.HostNames;

/// <summary>Azure resource ids, of which only those of virtual machines and of Arc machines name a machine.</summary>
internal static class ResourceId
{
    private const string Providers = "/providers/";

    private const string WorkspaceType = "microsoft.operationalinsights/workspaces";

    private static readonly string[] MachineTypes = ["microsoft.compute/virtualmachines", "microsoft.hybridcompute/machines"];

    /// <summary>The machine's name, or null when the resource is something else: a workspace, a disk, an extension of a machine.</summary>
    public static string? FindMachine(string id)
    {
        var providers = id.LastIndexOf(Providers, StringComparison.OrdinalIgnoreCase);
        if (providers < 0) return null;

        var resource = id.AsSpan(providers + Providers.Length);
        foreach (var type in MachineTypes)
        {
            if (resource.Length <= type.Length + 1 || resource[type.Length] != '/' || !resource.StartsWith(type, StringComparison.OrdinalIgnoreCase)) continue;
            var name = resource[(type.Length + 1)..];
            return name.Contains('/') ? null : name.ToString();
        }

        return null;
    }

    /// <summary>Whether a resource id, or the type of a resource alone, is that of a machine.</summary>
    public static bool IsMachine(string idOrType) =>
        FindMachine(idOrType) is { Length: > 0 } || MachineTypes.Contains(idOrType, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a resource id, or the type of a resource alone, is that of a Log Analytics workspace.</summary>
    public static bool IsWorkspace(string idOrType) => TypeOf(idOrType).Equals(WorkspaceType, StringComparison.OrdinalIgnoreCase);

    /// <summary>The resource's type, for people: provider and first type, or the id itself when it has none.</summary>
    public static string TypeOf(string id)
    {
        var providers = id.LastIndexOf(Providers, StringComparison.OrdinalIgnoreCase);
        return providers < 0 ? id : string.Join('/', id[(providers + Providers.Length)..].Split('/').Take(2));
    }
}
