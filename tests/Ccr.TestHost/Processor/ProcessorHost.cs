using Ccr.Core.Ledger;
using Ccr.Core.Processing;
using Ccr.Core.Sites;
using Ccr.Core.Sites.Looks;
using Ccr.Core.Messaging;
using Ccr.Core.Results;
using Ccr.Hosting;
using Ccr.Hosting.Processing;
using Ccr.Hosting.ServiceBus;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ccr.TestHost.Processor;

/// <summary>
/// What <c>ccr process</c> is made of, for the fault campaign: the same services, configured by the same settings (from environment variables), with a
/// place to be killed at, a clock that is wrong, or one part broken on purpose. CCR_CRASH_AT and CCR_CRASH_TIMES, CCR_CONCURRENCY, CCR_CLOCK_OFFSET,
/// CCR_LEDGER_FAILS_WHILE, CCR_TOPIC_FAILS_WHILE and CCR_BROKEN say which.
/// </summary>
internal static class ProcessorHost
{
    public static async Task<int> RunAsync()
    {
        var clock = ShiftedClock.FromEnvironment();
        var crash = CrashPoint.FromEnvironment();
        var broken = Broken.FromEnvironment();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "ccr" });
        builder.Configuration.AddEnvironmentVariables();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Processing:LookAtDeadLetters"] = "00:00:05",
            ["Processing:LookAtResults"] = "00:00:02",
            ["Processing:MaxConcurrent"] = Environment.GetEnvironmentVariable("CCR_CONCURRENCY") ?? "32",
        });
        if (broken.Is(BrokenBuilds.GiveUp))
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Ccr:Submissions:RetryFor"] = "00:00:00" });
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddSingleton(clock).AddSingleton(crash).AddSingleton(broken);
        if (broken.Is(BrokenBuilds.NoFlush)) builder.Services.AddSingleton<ILedgerStore, InMemoryLedgerStore>();

        // The bare one, so that what fails and what is broken is inside of the waiting for it, as a topic would be.
        builder.Services.AddSingleton(provider => HostServices.CreatePublisher(provider.GetRequiredService<ServiceBusConnection>()));
        if (!broken.Is(BrokenBuilds.NoIdentity))
            builder.Services.Decorate<IResultPublisher>((inner, provider) => new StampingPublisher(inner, provider.GetRequiredService<LedgerIdentity>()));
        builder.Services.AddCcrHost(builder.Configuration).AddCcrProcessing(builder.Configuration).AddHostedService(
            provider => provider.GetRequiredService<ProcessingService>());

        builder.Services.Decorate<ILedgerStore>((inner, _) => new FailingLedger(inner, Failure.OfLedger));
        builder.Services.Decorate<IResultPublisher>((inner, _) => new FailingPublisher(inner, Failure.OfTopic));

        if (broken.Is(BrokenBuilds.NoIntent)) builder.Services.Decorate<ILedgerStore>((inner, _) => new LedgerWithoutIntent(inner));
        if (broken.Is(BrokenBuilds.NoCoolDown)) builder.Services.Decorate<ILedgerStore>((inner, _) => new LedgerWithoutCoolDown(inner));
        if (broken.Is(BrokenBuilds.WriteLater)) builder.Services.Decorate<ILedgerStore>((inner, _) => new LedgerThatWritesLater(inner));
        if (broken.Is(BrokenBuilds.PretendWritten)) builder.Services.Decorate<ILedgerStore>((inner, _) => new LedgerThatPretends(inner));
        if (broken.Is(BrokenBuilds.BelieveAnybody))
        {
            builder.Services.Decorate<SiteTable>((sites, _) => new SiteTable([.. sites.Sites.Select(Unsigned)], sites.DefaultKey));
            builder.Services.Decorate<ILedgerStore>((inner, provider) => new LedgerThatBelieves(inner, provider.GetRequiredService<SiteTable>()));
        }
        if (broken.Is(BrokenBuilds.SwallowFailure)) builder.Services.Decorate<IResultPublisher>((inner, _) => new SwallowingPublisher(inner));
        builder.Services.Decorate<IResultPublisher>(
            (inner, provider) => new PatientPublisher(inner, clock, provider.GetRequiredService<ILogger<PatientPublisher>>()));
        if (broken.Is(BrokenBuilds.ResendUnknown)) builder.Services.Decorate<ISubmitter>((inner, _) => new ResendingSubmitter(inner));
        if (broken.Is(BrokenBuilds.SubmitAgain)) builder.Services.Decorate<ISubmitter>((inner, _) => new HastySubmitter(inner));
        if (broken.Is(BrokenBuilds.NoContent))
            builder.Services.Decorate<ISubmitter>((_, provider) => new NaiveSubmitter(provider.GetRequiredService<TimeProvider>()));

        if (broken.Is(BrokenBuilds.EndUnwritten)) builder.Services.Decorate<ILedgerStore>((inner, _) => new LedgerWithoutEnd(inner));
        if (broken.Is(BrokenBuilds.SeeNothing)) builder.Services.Decorate<ISiteLook>((inner, _) => new LookThatSeesNothing(inner));
        if (broken.Is(BrokenBuilds.LookLater)) builder.Services.Decorate<ILookSender>((inner, _) => new LateLookSender(inner, clock));

        builder.Services.Decorate<ILedgerStore>((inner, _) => new CrashingLedger(inner, crash));
        builder.Services.Decorate<ILookSender>((inner, _) => new CrashingLookSender(inner, crash));
        builder.Services.Decorate<ISubmitter>((inner, provider) => new CrashingSubmitter(inner, crash, provider.GetRequiredService<TimeProvider>()));
        builder.Services.Decorate<IResultPublisher>((inner, _) => new CrashingPublisher(inner, crash));
        builder.Services.Decorate<IRequestSender>((inner, _) => new CrashingSender(inner, crash));
        Routes.Decorate(builder.Services, crash, broken);

        using var host = builder.Build();
        if (StartupFaults.Find(host.Services) is { Count: > 0 } faults)
        {
            foreach (var fault in faults) await Console.Error.WriteLineAsync(fault.ToString());
            return 2;
        }

        await host.StartAsync();
        Console.WriteLine("""{"processing":{}}""");
        await host.WaitForShutdownAsync();
        return 0;
    }

    /// <summary>What is signed with a wrong key is believed as well: there is no key to check it by.</summary>
    private static Site Unsigned(Site site) => site with { AllowUnsigned = true, SigningKeys = [] };
}
