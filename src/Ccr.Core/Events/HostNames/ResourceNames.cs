using Ccr.Core.Text;

namespace Ccr.Core.Events.HostNames;

/// <summary>
/// Azure writes the bare name of whatever an alert is about: a machine, but also a workspace, an account or a web site. Only the ids or types of the
/// resources beside it can tell which.
/// </summary>
internal static class ResourceNames
{
    /// <summary>Why a bare name is not surely a machine's, or null when it is.</summary>
    /// <param name="name">The name.</param>
    /// <param name="resources">The ids, or types, of the resources that the event is about.</param>
    public static string? FindObjection(string name, IReadOnlyList<string> resources)
    {
        if (resources.Count == 0) return "nothing in the event says that this is a machine";
        if (resources.All(ResourceId.IsMachine)) return null;
        if (resources.FirstOrDefault(id => ResourceId.IsMachine(id) && IsNameOf(name, id)) is not null) return null;

        // A log alert names the machines that its query found; its own target is the workspace.
        var others = resources.Where(id => !ResourceId.IsMachine(id)).ToList();
        var own = others.FirstOrDefault(id => IsNameOf(name, id));
        if (own is null && others.All(ResourceId.IsWorkspace)) return null;

        var type = SafeText.Quote(ResourceId.TypeOf(own ?? others[0]));
        return own is null ? $"the alert is about a {type}, and that is no type of machine" : $"it is the name of a {type}, and that is no type of machine";
    }

    private static bool IsNameOf(string name, string id) => id.EndsWith($"/{name}", StringComparison.OrdinalIgnoreCase);
}
