using System.Security.Cryptography;
using Ccr.Agent;
using Ccr.Cli.Commands;
using Ccr.Core;
using Ccr.Core.Decisions.Rules;
using Ccr.Core.Events;
using Ccr.Core.Sites;
using Ccr.Hosting.Processing;
using Ccr.Hosting.Sqlite;

namespace Ccr.Cli.Local;

/// <summary>The processing of a local run: configured like any other, except for where its submissions go.</summary>
internal static class LocalServices
{
    private const string Sites = $"{CcrOptions.Section}:{nameof(CcrOptions.Sites)}";

    private static readonly KeyValuePair<string, string?> ExampleOfASite = new("ManagementPoints:0:Address", "http://mp01");

    private static readonly string[] AgentsOwn = [$":{nameof(SiteOptions.ManagementPoints)}:", $":{nameof(SiteOptions.AdminService)}:"];

    /// <summary>Defaults for what is not configured: events from a file are old, name any domain and may be many, and do no harm here.</summary>
    private static readonly (string Key, string Below, string Value)[] Defaults =
    [
        (nameof(CcrOptions.DefaultDomain), "", "CORP"),
        ($"{nameof(CcrOptions.Events)}:{nameof(EventOptions.DnsSuffixes)}", ":corp.example.com", "CORP"),
        ($"{nameof(CcrOptions.Targets)}:{nameof(TargetOptions.Domains)}", ":0", "*"),
        ($"{nameof(CcrOptions.Freshness)}:{nameof(FreshnessOptions.MaxAge)}", "", "00:00:00"),
        ($"{nameof(CcrOptions.Storms)}:{nameof(StormOptions.MaxMachines)}", "", "0"),
    ];

    /// <summary>The settings of a run: those of the file, with the simulated site and, if wanted, agents.</summary>
    public static IConfiguration Configure(string? configFile, LocalSite site, SiteTransport transport)
    {
        var configuration = Configure(ConfigurationFile.Read(configFile), site.Settings);
        return transport == SiteTransport.Direct ? configuration : With(configuration, CcrOptions.KeysOfSites(configuration).SelectMany(key => new[]
        {
            KeyValuePair.Create<string, string?>($"{Sites}:{key}:{nameof(SiteOptions.Transport)}", transport.ToString()),
            KeyValuePair.Create<string, string?>($"{Sites}:{key}:{nameof(SiteOptions.SigningKeys)}:0", NewKey()),
        }));
    }

    /// <summary>A configuration with some settings more.</summary>
    public static IConfiguration With(IConfiguration configuration, IEnumerable<KeyValuePair<string, string?>> settings) =>
        new ConfigurationBuilder().AddConfiguration(configuration).AddInMemoryCollection(settings).Build();

    /// <summary>What of it is the processor's: by what a site behind the relay makes its CCRs is its agent's.</summary>
    public static IConfiguration OfProcessor(IConfiguration configuration, SiteTransport transport) => transport != SiteTransport.Relay ? configuration
        : new ConfigurationBuilder()
            .AddInMemoryCollection(configuration.AsEnumerable()
                .Where(setting => setting.Value is not null && !AgentsOwn.Any(own => setting.Key.Contains(own, StringComparison.Ordinal))))
            .Build();

    private static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    public static ServiceProvider Build(IConfiguration configuration, string? dataDirectory, ServiceBusConnection connection, TimeProvider time)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(time);
        services.AddSingleton(connection);

        // The container disposes what it makes itself, so the file is closed with it.
        services.AddSingleton<IOperatorLedger>(
            _ => dataDirectory is null ? new InMemoryLedgerStore() : SqliteLedgerStore.Open(LedgerArguments.LedgerFileOf(dataDirectory)));
        services.AddSingleton<ILedgerStore>(provider => provider.GetRequiredService<IOperatorLedger>());
        services.AddCcrMessaging().AddCcrJob(configuration).AddCcrProcessing(configuration);
        return services.BuildServiceProvider();
    }

    /// <summary>What explains events: by the sites of the file, or by an example of one when it has none.</summary>
    public static ServiceProvider BuildExplainer(string? configFile, IEnumerable<KeyValuePair<string, string?>> settings, TimeProvider time)
    {
        var configured = ConfigurationFile.Read(configFile);
        var configuration = configured.GetSection(Sites).GetChildren().Any()
            ? new ConfigurationBuilder().AddConfiguration(configured)
            : new ConfigurationBuilder().AddConfiguration(Configure(configured, [ExampleOfASite]));
        var services = new ServiceCollection();
        services.AddSingleton(time);
        services.AddCcrCore(configuration.AddInMemoryCollection(settings).Build());
        return services.BuildServiceProvider();
    }

    /// <summary>
    /// A local run touches no real machine: whatever sites the file has, the simulated one stands in for all of them.
    /// Without a file it knows the domain of the sample events.
    /// </summary>
    private static IConfiguration Configure(IConfiguration configured, IEnumerable<KeyValuePair<string, string?>> ofSite)
    {
        var siteKeys = CcrOptions.KeysOfSites(configured).DefaultIfEmpty("hq").ToList();
        var overrides = configured.AsEnumerable()
            .Where(setting => setting.Value is not null && IsOfRun(setting.Key) && !IsBelow(setting.Key, Sites))
            .Concat(siteKeys.SelectMany(key => ofSite.Select(setting => KeyValuePair.Create($"{Sites}:{key}:{setting.Key}", setting.Value))))
            .ToList();
        overrides.AddRange(Defaults
            .Where(setting => !configured.GetSection($"{CcrOptions.Section}:{setting.Key}").Exists())
            .Select(setting => KeyValuePair.Create<string, string?>($"{CcrOptions.Section}:{setting.Key}{setting.Below}", setting.Value)));
        return new ConfigurationBuilder().AddInMemoryCollection(overrides).Build();
    }

    /// <summary>What else is configured, above all the rest of the environment, concerns other programs, and not the agent of this run either.</summary>
    private static bool IsOfRun(string key) =>
        IsBelow(key, CcrOptions.Section) || IsBelow(key, ProcessingOptions.Section) || IsBelow(key, AgentOptions.Section);

    private static bool IsBelow(string key, string section) => key.StartsWith($"{section}:", StringComparison.OrdinalIgnoreCase);
}
