namespace Ccr.Console;

/// <summary>Addresses within the page; what they carry is escaped.</summary>
internal static class Links
{
    public static string Machine(string domain, string machine) => $"/machines/{Uri.EscapeDataString(domain)}/{Uri.EscapeDataString(machine)}";

    public static string Machine(MachineRecord machine) => Machine(machine.Key);

    public static string Machine(string key)
    {
        var at = key.IndexOf('\\', StringComparison.Ordinal);
        return Machine(key[..Math.Max(at, 0)], key[(at + 1)..]);
    }

    public static string Request(string requestId, string? machineKey) => To($"/requests/{Uri.EscapeDataString(requestId)}", ("machine", machineKey));

    public static string Site(string site) => $"/sites/{Uri.EscapeDataString(site)}";

    /// <summary>A page with the filters that are set.</summary>
    public static string To(string path, params IEnumerable<(string Name, string? Value)> filters)
    {
        var query = string.Join('&', filters.Where(filter => !string.IsNullOrEmpty(filter.Value))
            .Select(filter => $"{filter.Name}={Uri.EscapeDataString(filter.Value!)}"));
        return query.Length == 0 ? path : $"{path}?{query}";
    }
}
