using Microsoft.Extensions.Configuration;

namespace Ccr.Agent;

/// <summary>
/// Secrets that systemd keeps encrypted and shows to this service alone (systemd.exec, <c>LoadCredentialEncrypted</c>): a file for each, named as an
/// environment variable would be.
/// </summary>
internal static class SystemCredentials
{
    /// <summary>Adds them, if there are any.</summary>
    public static IConfigurationBuilder AddSystemCredentials(this IConfigurationBuilder builder) =>
        Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY") is { Length: > 0 } folder && Directory.Exists(folder)
            ? builder.AddInMemoryCollection(Directory.GetFiles(folder).Select(Read))
            : builder;

    private static KeyValuePair<string, string?> Read(string file) =>
        KeyValuePair.Create<string, string?>(Path.GetFileName(file).Replace("__", ":", StringComparison.Ordinal), File.ReadAllText(file).TrimEnd('\r', '\n'));
}
