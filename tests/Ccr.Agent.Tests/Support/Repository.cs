using System.Reflection;
using System.Xml.Linq;

namespace Ccr.Agent.Tests.Support;

/// <summary>Where the files of the repository are.</summary>
internal static class Repository
{
    public static string Root { get; } = Path.GetFullPath(MetadataOf("RepositoryRoot"));

    /// <summary>The version that it builds.</summary>
    public static string Version { get; } = XDocument.Load(PathOf("Directory.Build.props")).Descendants("Version").Single().Value;

    /// <summary>The agent with the crash points.</summary>
    public static string TestHost { get; } = PathOf("tests", "Ccr.TestHost", "bin", MetadataOf("Configuration"), "net10.0", "Ccr.TestHost.dll");

    /// <summary>The agent as it ships.</summary>
    public static string Agent { get; } = PathOf("src", "Ccr.Agent", "bin", MetadataOf("Configuration"), "net10.0", "Ccr.Agent.dll");

    /// <summary>A published agent (<c>CCR_TEST_AGENT</c>) that takes the place of the one that was built, wherever no crash point is needed.</summary>
    public static string? PublishedAgent { get; } = Environment.GetEnvironmentVariable("CCR_TEST_AGENT") is { Length: > 0 } file ? Path.GetFullPath(file) : null;

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string MetadataOf(string key) =>
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
