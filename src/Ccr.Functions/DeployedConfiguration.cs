using System.Text.Json;
using Ccr.Core.Configuration;
using Microsoft.Extensions.Configuration;

namespace Ccr.Functions;

/// <summary>
/// The whole section <c>Ccr</c> in one app setting, as a deployment writes it: the JSON of ccr.json in Base64. So every key and value arrives as it was
/// written, whatever App Service does to the names of settings and to quotes in their values. A setting of its own has precedence.
/// </summary>
internal static class DeployedConfiguration
{
    /// <summary>The name of the setting.</summary>
    public const string Setting = "CCR_CONFIGURATION";

    /// <summary>Adds it below everything else that is configured; what is wrong with it, or null.</summary>
    public static ConfigurationFault? AddDeployed(this IConfigurationManager configuration)
    {
        if (configuration[Setting] is not { Length: > 0 } text) return null;

        try
        {
            using var json = new MemoryStream(Convert.FromBase64String(text));
            configuration.Sources.Insert(0, new ChainedConfigurationSource { Configuration = new ConfigurationBuilder().AddJsonStream(json).Build() });
            return null;
        }
        catch (Exception fault) when (fault is FormatException or JsonException)
        {
            // Neither the text nor what the reader says of it: it may hold a secret that somebody put there.
            return ConfigurationFault.Of(Setting, "cannot be read: write the JSON of ccr.json in Base64, as main.bicep does.");
        }
    }
}
