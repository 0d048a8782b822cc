using Ccr.Cli.Processing;
using Ccr.Core;
using Ccr.Core.Configuration;
using Ccr.Core.Events;
using Ccr.Core.Results;
using Ccr.ServiceBus;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ccr.Cli.Local;

/// <summary>The processing of a local run: configured like any other, but for where its submissions go.</summary>
internal static class LocalServices
{
    private const string Sites = $"{CcrOptions.Section}:{nameof(CcrOptions.Sites)}";
    private const string DefaultDomain = $"{CcrOptions.Section}:{nameof(CcrOptions.DefaultDomain)}";
    private const string DnsSuffixes = $"{CcrOptions.Section}:{nameof(CcrOptions.Events)}:{nameof(EventOptions.DnsSuffixes)}";

    public static ServiceProvider Build(string? configFile, Uri managementPoint, ServiceBusConnection connection, TimeProvider time)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(time);
        services.AddSingleton<IResultPublisher>(new TopicPublisher(connection.CreateSender(Entities.Results)));
        services.AddCcrCore(Configure(ConfigurationFile.Read(configFile), managementPoint));
        return services.BuildServiceProvider();
    }

    /// <summary>What explains events: by the sites of the file, or by an example of one when it has none.</summary>
    public static ServiceProvider BuildExplainer(string? configFile, IEnumerable<KeyValuePair<string, string?>> settings, TimeProvider time)
    {
        var configured = ConfigurationFile.Read(configFile);
        var configuration = configured.GetSection(Sites).GetChildren().Any()
            ? new ConfigurationBuilder().AddConfiguration(configured)
            : new ConfigurationBuilder().AddConfiguration(Configure(configured, new Uri("http://mp01")));
        var services = new ServiceCollection();
        services.AddSingleton(time);
        services.AddCcrCore(configuration.AddInMemoryCollection(settings).Build());
        return services.BuildServiceProvider();
    }

    /// <summary>
    /// A local run touches no real machine: whatever sites the file has, the simulated management point stands in for
    /// every management point of them. Without a file it knows the domain of the sample events.
    /// </summary>
    private static IConfiguration Configure(IConfiguration configured, Uri managementPoint)
    {
        var siteKeys = configured.GetSection(Sites).GetChildren().Select(site => site.Key).DefaultIfEmpty("hq").ToList();
        var overrides = configured.AsEnumerable()
            .Where(setting => setting.Value is not null && !setting.Key.StartsWith($"{Sites}:", StringComparison.OrdinalIgnoreCase))
            .Concat(siteKeys.Select(key => KeyValuePair.Create<string, string?>($"{Sites}:{key}:ManagementPoints:0:Address", managementPoint.ToString())))
            .ToList();
        AddDefault(DefaultDomain, "CORP");
        if (!configured.GetSection(DnsSuffixes).GetChildren().Any()) AddDefault($"{DnsSuffixes}:corp.example.com", "CORP");
        return new ConfigurationBuilder().AddInMemoryCollection(overrides).Build();

        void AddDefault(string key, string value)
        {
            if (configured[key] is null) overrides.Add(KeyValuePair.Create<string, string?>(key, value));
        }
    }
}
