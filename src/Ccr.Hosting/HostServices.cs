using Ccr.Core;
using Ccr.Core.Agents;
using Ccr.Core.Sites;
using Ccr.Core.Sites.AdminService;
using Ccr.Core.Sites.Looks;
using Ccr.Core.Processing;
using Ccr.Core.Telemetry;
using Ccr.Hosting.Messaging;
using Ccr.Hosting.Processing;
using Ccr.Hosting.Sites;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Ccr.Hosting;

/// <summary>What the hosts have in common: the job, on a Service Bus.</summary>
public static class HostServices
{
    /// <summary>App Service and Functions set it on every instance (App Service documentation, environment variables).</summary>
    private const string AzureInstance = "WEBSITE_INSTANCE_ID";

    /// <summary>
    /// Registers the job (section <c>Ccr</c>), its ledger (<c>Ledger</c>) and its connection to Service Bus (<c>ServiceBus</c>). All of it is checked
    /// when the host starts, by <see cref="StartupFaults"/>.
    /// </summary>
    public static IServiceCollection AddCcrHost(this IServiceCollection services, IConfiguration configuration) =>
        services.AddCcrConnection(configuration).AddCcrMessaging().AddCcrLedger(configuration).AddCcrJob(configuration);

    /// <summary>Registers the job itself (section <c>Ccr</c>), with what reaches sites through the relay.</summary>
    public static IServiceCollection AddCcrJob(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(provider => RelayedSites.Open(
            provider.GetRequiredService<IOptions<CcrOptions>>().Value, provider.GetRequiredService<SiteTable>(), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<ISubmitter>(provider => new MeasuredSubmitter(
            new RelayedSubmitter(provider.GetRequiredService<RelayedSites>(), provider.GetRequiredService<MethodSubmitter>()),
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<DirectLook>();
        services.TryAddSingleton<ISiteLook, TransportLook>();
        return services.AddCcrCore(configuration, RelayedSites.FindFaults);
    }

    /// <summary>
    /// Registers what takes messages to their handlers (section <c>Processing</c>): one <see cref="ProcessingService"/> for every host but the Function
    /// app. A host may put something around a registered <see cref="EntityRoute"/>, and adds nothing else.
    /// </summary>
    public static IServiceCollection AddCcrProcessing(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<ProcessingOptions>(
            configuration, ProcessingOptions.Section, (settings, options) => settings.Bind(options), options => options.FindFaults());
        services.TryAddSingleton(provider => provider.GetRequiredService<IOptions<ProcessingOptions>>().Value);
        services.AddSingleton(provider => EntityRoute.Of(provider.GetRequiredService<RequestHandler>()));
        services.AddSingleton(provider => EntityRoute.Of(provider.GetRequiredService<AgentResultHandler>()));
        services.AddSingleton(provider => EntityRoute.Of(provider.GetRequiredService<UndeliveredCommandHandler>()));
        services.AddSingleton(provider => EntityRoute.Of(provider.GetRequiredService<VerificationHandler>()));
        services.AddSingleton(provider => LedgerNeighbours.Enter(
            provider.GetRequiredService<IOptions<LedgerStoreOptions>>().Value, provider.GetRequiredService<ServiceBusConnection>().Options));
        return services.AddSingleton<ProcessingService>();
    }

    /// <summary>Registers the connection to Service Bus that the section <c>ServiceBus</c> describes; it opens when it is first used.</summary>
    public static IServiceCollection AddCcrConnection(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<ServiceBusOptions>(
            configuration, ServiceBusOptions.Section,
            (settings, options) =>
            {
                settings.Bind(options);
                options.Complete(configuration[ServiceBusOptions.Section]);
            },
            options => options.FindFaults());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new ServiceBusConnection(
            provider.GetRequiredService<IOptions<ServiceBusOptions>>().Value,
            provider.GetRequiredService<ILoggerFactory>(),
            provider.GetRequiredService<TimeProvider>()));
        return services;
    }

    /// <summary>Registers the ledger that the section <c>Ledger</c> names; it is opened when it is first asked for.</summary>
    public static IServiceCollection AddCcrLedger(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<LedgerStoreOptions>(
            configuration, LedgerStoreOptions.Section, (settings, options) => settings.Bind(options),
            options => options.FindFaults(!string.IsNullOrEmpty(configuration[AzureInstance])));

        // The container disposes what it makes itself, so the ledger is closed with it.
        services.TryAddSingleton(provider => provider.GetRequiredService<IOptions<LedgerStoreOptions>>().Value.Open());
        services.TryAddSingleton<ILedgerStore>(provider => provider.GetRequiredService<IOperatorLedger>());
        return services;
    }

    /// <summary>Registers what sends and looks over a <see cref="ServiceBusConnection"/> that is registered.</summary>
    public static IServiceCollection AddCcrMessaging(this IServiceCollection services)
    {
        services.TryAddSingleton<IResultPublisher>(provider => new PatientPublisher(
            new StampingPublisher(
                CreatePublisher(provider.GetRequiredService<ServiceBusConnection>()), provider.GetRequiredService<LedgerIdentity>()),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<PatientPublisher>>()));
        services.TryAddSingleton<IRequestSender>(provider => new QueueSender(
            provider.GetRequiredService<ServiceBusConnection>().CreateSender(Entities.Requests)));
        services.TryAddSingleton<IRequestView, QueueView>();
        services.TryAddSingleton<IResultView, ResultView>();
        services.TryAddSingleton<ICommandSender, CommandSender>();
        services.TryAddSingleton<ILookSender>(provider => new LookSender(
            provider.GetRequiredService<ServiceBusConnection>().CreateSender(Entities.Verifications)));
        services.TryAddSingleton<Readiness>();
        services.TryAddSingleton<WatchExpiry>();
        return services;
    }

    /// <summary>Makes what publishes results over a connection.</summary>
    public static IResultPublisher CreatePublisher(ServiceBusConnection connection) =>
        new MeasuredPublisher(new TopicPublisher(connection.CreateSender(Entities.Results)));
}
