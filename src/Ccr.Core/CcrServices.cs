using Ccr.Core.Configuration;
using Ccr.Core.Decisions;
using Ccr.Core.Events;
using Ccr.Core.Ledger;
using Ccr.Core.Machines;
using Ccr.Core.ManagementPoints;
using Ccr.Core.Messaging;
using Ccr.Core.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Ccr.Core;

/// <summary>Registers the job.</summary>
public static class CcrServices
{
    /// <summary>
    /// Registers the processing of events, configured by the section <c>Ccr</c>. The host adds an
    /// <see cref="Results.IResultPublisher"/>, an <see cref="IRequestSender"/> and an <see cref="IRequestView"/>, and may put its own ledger, clock and submitter in place of the defaults.
    /// </summary>
    public static IServiceCollection AddCcrCore(this IServiceCollection services, IConfiguration configuration)
    {
        var validator = new CcrOptionsValidator(configuration);
        services.AddSingleton<IConfigureOptions<CcrOptions>>(validator);
        services.AddSingleton<IValidateOptions<CcrOptions>>(validator);
        services.AddOptions<CcrOptions>().ValidateOnStart();

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ILedgerStore, InMemoryLedgerStore>();
        services.TryAddSingleton<ManagementPointClient>();
        services.TryAddSingleton<ISubmitter>(provider => new MeasuredSubmitter(
            provider.GetRequiredService<ManagementPointClient>(), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => new EventReader(Options(provider).Events));
        services.TryAddSingleton(provider => new Decider(Options(provider).Submissions));
        services.TryAddSingleton(provider => Options(provider).Submissions);
        services.TryAddSingleton(BuildValidator);
        services.TryAddSingleton(provider => new SiteSubmitter(
            provider.GetRequiredService<ISubmitter>(), Options(provider).Submissions, provider.GetRequiredService<TimeProvider>(), new Random()));
        services.TryAddSingleton<ReinstallProcessor>();
        services.TryAddSingleton<RequestHandler>();
        services.TryAddSingleton<AgentResultHandler>();
        services.TryAddSingleton<UndeliveredCommandHandler>();
        services.TryAddSingleton<DeadLetterReporter>();
        services.TryAddSingleton(provider => new EventIntake(
            provider.GetRequiredService<IRequestSender>(), Options(provider).Events, provider.GetRequiredService<TimeProvider>()));
        return services;
    }

    private static CcrOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<CcrOptions>>().Value;

    private static RequestValidator BuildValidator(IServiceProvider provider)
    {
        var options = Options(provider);
        DomainName? defaultDomain = options.DefaultDomain is { } text ? DomainName.Parse(text) : null;
        return new RequestValidator(SiteTableBuilder.Build(options.Sites, options.DefaultSite, CcrOptions.Section, [])!, defaultDomain);
    }
}
