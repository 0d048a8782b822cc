using Ccr.Core;
using Ccr.Core.Configuration;
using Ccr.Hosting;
using Ccr.ServiceBus;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ccr.Cli.Local;

/// <summary>The processing of a local run: configured like any other, but for where its submissions go.</summary>
internal static class LocalServices
{
    private const string Sites = $"{CcrOptions.Section}:{nameof(CcrOptions.Sites)}";

    public static ServiceProvider Build(string? configFile, Uri managementPoint, ServiceBusConnection connection, TimeProvider time)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(time);
        services.AddSingleton(connection);
        services.AddCcrMessaging().AddCcrCore(Configure(configFile, managementPoint));
        return services.BuildServiceProvider();
    }

    /// <summary>
    /// A local run touches no real machine: whatever sites the file has, the simulated management point stands in for
    /// every management point of them.
    /// </summary>
    private static IConfiguration Configure(string? configFile, Uri managementPoint)
    {
        var configured = ConfigurationFile.Read(configFile);
        var siteKeys = configured.GetSection(Sites).GetChildren().Select(site => site.Key).DefaultIfEmpty("hq").ToList();
        var overrides = configured.AsEnumerable()
            .Where(setting => setting.Value is not null && !setting.Key.StartsWith($"{Sites}:", StringComparison.OrdinalIgnoreCase))
            .Concat(siteKeys.Select(key => KeyValuePair.Create<string, string?>($"{Sites}:{key}:ManagementPoints:0:Address", managementPoint.ToString())))
            .ToList();
        if (configured[$"{CcrOptions.Section}:{nameof(CcrOptions.DefaultDomain)}"] is null)
            overrides.Add(KeyValuePair.Create<string, string?>($"{CcrOptions.Section}:{nameof(CcrOptions.DefaultDomain)}", "CORP"));
        return new ConfigurationBuilder().AddInMemoryCollection(overrides).Build();
    }
}
