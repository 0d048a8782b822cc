using Ccr.Agent.Commands;
using Ccr.Agent.FileDrop;
using Ccr.Agent.Relay;
using Ccr.Core;
using Ccr.Core.Configuration;
using Ccr.Hosting;
using Ccr.Hosting.Sites;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Ccr.Agent;

/// <summary>Registers the agent.</summary>
internal static class AgentServices
{
    /// <summary>
    /// Registers the agent, configured by the sections <c>Agent</c>, <c>Ccr</c> and, unless it listens on the relay, <c>ServiceBus</c>. What is registered
    /// before stays: that is how the test host comes between its steps.
    /// </summary>
    public static IServiceCollection AddCcrAgent(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddAgentOptions(configuration);
        if (configuration.GetSection(AgentOptions.Section)[nameof(AgentOptions.FileDropFolder)] is not null)
            services.TryAddSingleton<ISubmitter>(CreateFileDrop);
        services.TryAddSingleton(provider => DataFolder.Open(provider.GetRequiredService<AgentOptions>().DataDirectory!));
        services.TryAddSingleton<ILedgerStore>(provider => provider.GetRequiredService<DataFolder>().Journal);
        services.TryAddSingleton(FindSite);
        services.TryAddSingleton(provider => new Journal(
            provider.GetRequiredService<ILedgerStore>(),
            provider.GetRequiredService<DataFolder>().Journal.ReadClaimed,
            provider.GetRequiredService<Retrying>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<Journal>>()));
        services.TryAddSingleton<OwnLook>();
        services.TryAddSingleton<Retrying>();
        services.TryAddSingleton<Turns>();
        services.TryAddSingleton<CommandRecord>();
        services.TryAddSingleton<AgentStop>();
        services.TryAddSingleton<AgentStatus>();
        services.AddSingleton<StatusServer>().AddHostedService(provider => provider.GetRequiredService<StatusServer>());
        services.AddHostedService<JournalPruning>();
        if (FindRelay(configuration) is { } relay) services.AddRelay(relay);
        else services.AddQueue(configuration);
        return services.AddCcrCore(configuration);
    }

    /// <summary>The hybrid connection that the agent listens on; null when it takes its commands from a queue.</summary>
    public static IConfigurationSection? FindRelay(IConfiguration configuration)
    {
        var options = new AgentOptions { Site = configuration.GetSection(AgentOptions.Section)[nameof(AgentOptions.Site)] };
        return options.SiteOf(ReadSites(configuration)).Options is { HasRelay: true } site ? site.Relay : null;
    }

    /// <summary>Registers the section <c>Agent</c>, checked when the host starts.</summary>
    public static IServiceCollection AddAgentOptions(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<AgentOptions>(
            configuration, AgentOptions.Section, (settings, options) => settings.Bind(options), agent => agent.FindFaults(ReadSites(configuration)));
        services.TryAddSingleton(provider => provider.GetRequiredService<IOptions<AgentOptions>>().Value);

        // Whether and when to look is the processor's to know: an agent awaits nothing, and only needs to know where to look.
        services.PostConfigure<CcrOptions>(options =>
        {
            foreach (var site in options.Sites.Values) site.Verification.Enabled = false;
        });
        return services;
    }

    private static void AddRelay(this IServiceCollection services, IConfigurationSection relay)
    {
        services.TryAddSingleton<RelayedExecution>();
        services.TryAddSingleton(_ => RelayedSites.Read(relay));
        services.TryAddSingleton(provider => ReportOf(provider, relay: provider.GetRequiredService<RelayDesk>()));
        services.AddSingleton<RelayDesk>().AddHostedService(provider => provider.GetRequiredService<RelayDesk>());
    }

    private static void AddQueue(this IServiceCollection services, IConfiguration configuration)
    {
        if (configuration.GetSection(AgentOptions.Section)[nameof(AgentOptions.ResultsConnection)] is not null)
            services.TryAddSingleton<IResultPublisher>(ConnectForResults);
        services.TryAddSingleton<ICommandQueue>(
            provider => new CommandQueue(provider.GetRequiredService<ServiceBusConnection>(), provider.GetRequiredService<Site>().Key));
        services.TryAddSingleton<ResultOutlet>();
        services.TryAddSingleton<CommandTaking>();
        services.TryAddSingleton<CommandExecution>();
        services.TryAddSingleton<QueuedLooks>();
        services.TryAddSingleton(provider => ReportOf(
            provider, provider.GetRequiredService<ServiceBusConnection>(), provider.GetRequiredService<ICommandQueue>()));
        services.AddHostedService<CommandLoop>();
        services.AddHostedService<Heartbeat>();
        services.AddCcrConnection(configuration).AddCcrMessaging();
    }

    private static StatusReport ReportOf(
        IServiceProvider provider, ServiceBusConnection? connection = null, ICommandQueue? queue = null, RelayDesk? relay = null) => new(
            provider.GetRequiredService<AgentStatus>(), provider.GetRequiredService<AgentOptions>(), provider.GetRequiredService<Site>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<SiteSubmitter>(), connection, queue, relay);

    /// <summary>The sites are only read for what the agent says of its own; the faults of that section are found with it.</summary>
    private static CcrOptions ReadSites(IConfiguration configuration)
    {
        var options = new CcrOptions();
        var (section, faults) = SettingsCheck.Read(configuration.GetSection(CcrOptions.Section), typeof(CcrOptions));
        if (faults.Count == 0) section.Bind(options);
        return options;
    }

    private static FileDropSubmitter CreateFileDrop(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<AgentOptions>();
        return new FileDropSubmitter(options.FileDropFolder!, options.FileDropClientType, provider.GetRequiredService<TimeProvider>(), new Random());
    }

    /// <summary>For an agent whose rights are one key for its queue and one for the topic; the connection lives as long as the process.</summary>
    private static IResultPublisher ConnectForResults(IServiceProvider provider)
    {
        var commands = provider.GetRequiredService<IOptions<ServiceBusOptions>>().Value;
        var options = ServiceBusOptions.For(provider.GetRequiredService<AgentOptions>().ResultsConnection!);
        (options.TransportType, options.Proxy, options.TrustedCaFile) = (commands.TransportType, commands.Proxy, commands.TrustedCaFile);
        return HostServices.CreatePublisher(
            new ServiceBusConnection(options, provider.GetRequiredService<ILoggerFactory>(), provider.GetRequiredService<TimeProvider>()));
    }

    private static Site FindSite(IServiceProvider provider) =>
        provider.GetRequiredService<SiteTable>().TryFind(provider.GetRequiredService<AgentOptions>().Site, out var site)
            ? site
            : throw new InvalidOperationException("The options were not validated.");
}
