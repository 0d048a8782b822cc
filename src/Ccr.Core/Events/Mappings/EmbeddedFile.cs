namespace Ccr.Core.Events.Mappings;

/// <summary>The files that are compiled into this assembly: the mapping of each built-in source, and their schema.</summary>
internal static class EmbeddedFile
{
    private const string Prefix = "Ccr.Core.Events.";

    /// <summary>The names of all built-in mappings.</summary>
    public static IEnumerable<string> Mappings =>
        typeof(EmbeddedFile).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(".mapping.json", StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..])
            .Order(StringComparer.Ordinal);

    public static byte[] Read(string name)
    {
        using var stream = typeof(EmbeddedFile).Assembly.GetManifestResourceStream(Prefix + name)
            ?? throw new InvalidOperationException($"This assembly lacks the file {name}.");
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
