using System.Reflection;

namespace Ccr.Functions.Tests.Support;

/// <summary>Where the files of the repository are.</summary>
internal static class Repository
{
    public static string Root { get; } = Path.GetFullPath(
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!);

    /// <summary>What the app was built in, and these tests with it.</summary>
    public static string Configuration { get; } = typeof(ReinstallRequested).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    /// <summary>The ordinary output of the app's build.</summary>
    public static string AppDirectory { get; } = PathOf("src", "Ccr.Functions", "bin", Configuration, "net10.0");

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);
}
