namespace Ccr.EmbeddedServiceBus.Wire;

/// <summary>What a link's address names.</summary>
internal enum NodeKind
{
    Entity,
    Management,
    Cbs,
}

/// <summary>What a link's address names; the path is empty for $cbs.</summary>
internal readonly record struct EntityAddress(NodeKind Kind, string Path)
{
    private const string ManagementSuffix = "/$management";

    /// <summary>Reads an address as the SDKs write it: plain, with a leading slash, percent-encoded, or as a full URI.</summary>
    public static EntityAddress Parse(string address)
    {
        var path = address;
        var scheme = path.IndexOf("://", StringComparison.Ordinal);
        if (scheme >= 0)
        {
            var slash = path.IndexOf('/', scheme + 3);
            path = slash < 0 ? string.Empty : path[slash..];
        }

        path = Uri.UnescapeDataString(path).Trim('/');
        if (path.Equals("$cbs", StringComparison.OrdinalIgnoreCase))
            return new EntityAddress(NodeKind.Cbs, string.Empty);
        return path.EndsWith(ManagementSuffix, StringComparison.OrdinalIgnoreCase)
            ? new EntityAddress(NodeKind.Management, path[..^ManagementSuffix.Length])
            : new EntityAddress(NodeKind.Entity, path);
    }
}
