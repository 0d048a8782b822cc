using Ccr.Core.Configuration;
using Ccr.Core.Decisions;
using Ccr.Core.Decisions.Rules;
using Ccr.Core.Events;
using Ccr.Core.Ledger;
using Ccr.Core.Messaging;
using Ccr.Core.Processing;
using Ccr.Core.Sites;
using Ccr.Core.Sites.AdminService;
using Ccr.Core.Sites.Looks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ccr.Core;

/// <summary>Registers the job.</summary>
public static class CcrServices
{
    /// <summary>
    /// Registers the processing of events, configured by the section <c>Ccr</c>. The host adds an <see cref="ILedgerStore"/>, a
    /// <see cref="Results.IResultPublisher"/>, an <see cref="IRequestSender"/>, an <see cref="Agents.ICommandSender"/>, an
    /// <see cref="ILookSender"/> and an <see cref="IRequestView"/>, and may put its own clock and submitter in place of the defaults.
    /// </summary>
    /// <param name="services">Where it is registered.</param>
    /// <param name="configuration">The whole configuration.</param>
    /// <param name="findMore">What the host finds wrong with those of the options that only it understands.</param>
    public static IServiceCollection AddCcrCore(
        this IServiceCollection services, IConfiguration configuration, Func<CcrOptions, IEnumerable<ConfigurationFault>>? findMore = null)
    {
        services.AddSection<CcrOptions>(
            configuration, CcrOptions.Section, (settings, options) => settings.Bind(options),
            options => options.FindFaults().Concat(findMore?.Invoke(options) ?? []));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ManagementPointClient>();
        services.TryAddSingleton<AdminServiceClient>();
        services.TryAddSingleton<MethodSubmitter>();
        services.TryAddSingleton<ISubmitter>(provider => new MeasuredSubmitter(
            provider.GetRequiredService<MethodSubmitter>(), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => Options(provider).ToReader());
        services.TryAddSingleton(Options);
        services.TryAddSingleton(provider => Options(provider).Ledger);
        services.TryAddSingleton(provider => Options(provider).Submissions);
        services.TryAddSingleton(provider => Options(provider).ToRules());
        services.TryAddSingleton(provider => SiteTableBuilder.Build(Options(provider).Sites, Options(provider).DefaultSite, CcrOptions.Section, [])!);
        services.TryAddSingleton(provider => new RequestValidator(provider.GetRequiredService<SiteTable>(), Options(provider).Domains));
        services.TryAddSingleton(BuildTargets);
        services.TryAddSingleton<Clock>();
        services.TryAddSingleton<Decider>();
        services.TryAddSingleton(provider => new SiteSubmitter(
            provider.GetRequiredService<ISubmitter>(), Options(provider).ToSubmitter(), provider.GetRequiredService<TimeProvider>(), new Random()));
        services.TryAddSingleton<ISiteLook, DirectLook>();
        services.TryAddSingleton(provider => new LookDesk(provider.GetRequiredService<ISiteLook>(), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<VerificationWorker>();
        services.TryAddSingleton<RequestWorker>();
        services.TryAddSingleton<EventExplainer>();
        services.TryAddSingleton<ReinstallProcessor>();
        services.TryAddSingleton<LedgerPruner>();
        services.TryAddSingleton<LedgerIdentity>();
        services.TryAddSingleton<LedgerWatch>();
        services.TryAddSingleton<RequestHandler>();
        services.TryAddSingleton<AgentResultHandler>();
        services.TryAddSingleton<VerificationHandler>();
        services.TryAddSingleton<UndeliveredCommandHandler>();
        services.TryAddSingleton<DeadLetterReporter>();
        services.TryAddSingleton(provider => new EventIntake(
            provider.GetRequiredService<IRequestSender>(),
            provider.GetRequiredService<EventReader>(),
            Options(provider).Events,
            provider.GetRequiredService<TimeProvider>()));
        return services;
    }

    private static CcrOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<CcrOptions>>().Value;

    private static TargetRule BuildTargets(IServiceProvider provider)
    {
        var options = Options(provider);
        var inventory = options.Targets.InventoryFile is { } path
            ? new InventoryFile(path, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<TargetRule>>())
            : null;
        var managementPoints = provider.GetRequiredService<SiteTable>().Sites.Where(site => site.Transport != SiteTransport.Relay)
            .SelectMany(site => site.ManagementPoints);
        return new TargetRule(options.Targets, options.DefaultDomain, managementPoints, () => inventory?.Current);
    }
}
