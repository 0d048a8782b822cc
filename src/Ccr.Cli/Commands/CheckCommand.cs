using System.Globalization;
using System.Runtime.CompilerServices;
using Ccr.Agent;
using Ccr.Core;
using Ccr.Core.Sites;
using Ccr.Core.Sites.AdminService;
using Ccr.Core.Sites.Looks;
using Ccr.Hosting.Sites;
using Microsoft.Extensions.Options;

namespace Ccr.Cli.Commands;

/// <summary>
/// <c>ccr check</c>: is this installation sound? It asks no management point for a push, and makes no ledger file: the file would belong to the account
/// that checks, not to the account that later processes.
/// </summary>
internal static class CheckCommand
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly Option<string?> Connection = new("--connection")
    {
        Description = "A Service Bus connection string, or the host name of a namespace; by default what the environment variable CCR_CONNECTION or the "
            + "configuration says; without any the broker is not asked",
        HelpName = "CONNECTION",
    };

    public static Command Create(CommandLine line)
    {
        var command = new Command("check", "Checks the configuration, then whether ledger, broker and every management point answer.") { Connection };
        var ledger = new LedgerArguments();
        ledger.AddTo(command);
        command.SetAction((arguments, stop) => RunAsync(line, ledger, arguments, stop));
        return command;
    }

    private static async Task<int> RunAsync(CommandLine line, LedgerArguments ledger, ParseResult arguments, CancellationToken stop)
    {
        var report = line.ReportFor(arguments);
        var connection = ConnectionArguments.Find(arguments, Connection);
        var configuration = ledger.Configure(arguments, ConnectionArguments.SettingsOf(connection));
        var checks = configuration.GetSection(AgentOptions.Section).Exists()
            ? AgentCheck.RunAsync(line, report, configuration, stop)
            : CheckProcessorAsync(line, report, configuration, ledger.ConfigurationFileOf(arguments), stop);

        // Each is said when it is known: some take seconds.
        var isSound = true;
        await foreach (var check in checks)
        {
            Say(report, check);
            isSound &= check.Fault is null;
        }

        return isSound ? ExitCode.Done : ExitCode.Failed;
    }

    private static async IAsyncEnumerable<ReadinessCheck> CheckProcessorAsync(
        CommandLine line, IReport report, IConfiguration configuration, string? file, [EnumeratorCancellation] CancellationToken stop)
    {
        var hasBroker = configuration.GetSection(ServiceBusOptions.Section).Exists();
        await using var services = Build(line, configuration);
        RequireSound(services, hasBroker);

        SayConfiguration(report, services);
        foreach (var warning in Warn(services.GetRequiredService<IOptions<CcrOptions>>().Value, file)) yield return warning;
        var ledger = AskLedger(services, configuration);
        yield return ledger;
        var hasLedger = ledger.Fault is null && LedgerArguments.MissingFileOf(configuration) is null;
        foreach (var hold in hasLedger ? await FindHoldsAsync(services.GetRequiredService<IOperatorLedger>(), line.Time.GetUtcNow(), stop) : [])
            yield return hold;
        if (hasBroker)
        {
            var broker = await AskBrokerAsync(
                "Service Bus", () => services.GetRequiredService<ServiceBusConnection>().ProbeReceivingAsync(Entities.Requests, stop));
            yield return broker;
            if (hasLedger && broker.Fault is null)
                yield return await WatchLedgerAsync(services, stop);
        }

        foreach (var site in services.GetRequiredService<SiteTable>().Sites.Where(
            site => site.Transport == SiteTransport.Direct).OrderBy(site => site.Key, StringComparer.Ordinal))
        {
            await foreach (var check in AskManagementPointsAsync(services, site, stop)) yield return check;
            if (await ReadInboxesAsync(site, line.Time, stop) is { } inboxes) yield return inboxes;
        }
        foreach (var site in services.GetRequiredService<RelayedSites>().All.OrderBy(site => site.Key, StringComparer.Ordinal))
            yield return await AskAgentsAsync(site, line.Time, stop);
    }

    /// <summary>Throws if a processor would not start with a configuration.</summary>
    internal static async Task RequireSoundAsync(CommandLine line, IConfiguration configuration)
    {
        await using var services = Build(line, configuration);
        RequireSound(services, hasBroker: true);
    }

    private static ServiceProvider Build(CommandLine line, IConfiguration configuration) =>
        new ServiceCollection().AddLogging().AddSingleton(line.Time).AddCcrHost(configuration).BuildServiceProvider();

    private static void RequireSound(ServiceProvider services, bool hasBroker)
    {
        var faults = StartupFaults.FindInOptions(services).Where(fault => hasBroker || fault.Section != ServiceBusOptions.Section).ToList();
        if (faults.Count > 0) throw new UserErrorException(string.Join(Environment.NewLine, faults));
    }

    /// <summary>Asks whoever listens for a site for its name.</summary>
    private static async Task<ReadinessCheck> AskAgentsAsync(RelayedSite site, TimeProvider time, CancellationToken stop)
    {
        var check = await RelayedSiteCheck.RunAsync(site, time, stop);
        var name = $"relay {site.Address} of site {site.Key} ({site.Method}, as {site.Identity})";
        var answered = string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", check.Agents)} in {check.Fastest.TotalMilliseconds:0} ms");
        return new ReadinessCheck(check.Fault is null ? $"{name}: {answered}" : name, check.Fault);
    }

    /// <summary>Asks each management point of a site for what changes nothing.</summary>
    internal static async IAsyncEnumerable<ReadinessCheck> AskManagementPointsAsync(
        IServiceProvider services, Site site, [EnumeratorCancellation] CancellationToken stop)
    {
        foreach (var managementPoint in site.ManagementPoints)
        {
            var answer = await services.GetRequiredService<MethodSubmitter>().PreflightAsync(managementPoint, stop);
            yield return new ReadinessCheck(
                $"{(managementPoint.AdminService is null ? "management point" : "AdminService")} {managementPoint.Address.Authority} of site {site.Key}",
                answer.IsSound ? null : $"{answer.Reason.Code}: {answer.Detail}. {answer.Reason.Remedy}");
        }
    }

    /// <summary>Reads the inboxes and the log that a look at the site would read, when they are configured.</summary>
    internal static async Task<ReadinessCheck?> ReadInboxesAsync(Site site, TimeProvider time, CancellationToken stop)
    {
        if (site.InboxesFolder is not { } inboxes || site.ManagementPoints.Any(point => point.AdminService is not null)) return null;

        var folders = new SiteFolders(inboxes, site.CcmLogFile, new SiteFolderLimits { TimeLimit = TimeSpan.FromSeconds(20) }, time);
        var answer = await folders.LookAsync([], stop);
        var log = site.CcmLogFile is { } file ? $" and log {file}" : ", no log is configured";
        return new ReadinessCheck($"inboxes {inboxes} of site {site.Key}{log}", answer.Fault is { } fault ? $"{answer.InWords}. {fault.Remedy}" : null);
    }

    internal static void Say(IReport report, ReadinessCheck check)
    {
        var facts = new Dictionary<string, object?> { ["name"] = check.Name, ["ok"] = check.Fault is null, ["fault"] = check.Fault };
        if (check.Warning is not null) facts["warning"] = check.Warning;
        var (mark, remark) = check switch { { Fault: { } fault } => ("FAULT", fault), { Warning: { } warning } => ("warn ", warning), _ => ("ok   ", null) };
        report.Say($"{mark} {check.Name}{(remark is null ? "" : $": {remark}")}", "check", facts, wrap: true);
    }

    /// <summary>What is allowed, and yet dangerous.</summary>
    private static IEnumerable<ReadinessCheck> Warn(CcrOptions options, string? file)
    {
        if (options.Targets.DomainControllers.Count == 0)
        {
            yield return new ReadinessCheck("domain controllers", null)
            {
                Warning = "Ccr:Targets:DomainControllers names none, and an event that names one has the site server log on to it; write their names, or a "
                    + "pattern such as DC*",
            };
        }

        if (file is not null && !OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & ~OwnerOnly) != UnixFileMode.None)
            yield return new ReadinessCheck("configuration file", null) { Warning = $"others may read or change {file}, which can hold keys: chmod 600" };
    }

    /// <summary>The configuration is sound; what in it opens a door is said all the same.</summary>
    internal static void SayConfiguration(IReport report, IServiceProvider services)
    {
        Say(report, new ReadinessCheck("configuration", null));
        foreach (var sentence in UnsignedSites.Find(services))
            Say(report, new ReadinessCheck("signatures", null) { Warning = sentence });
    }

    private static ReadinessCheck AskLedger(ServiceProvider services, IConfiguration configuration) =>
        LedgerArguments.MissingFileOf(configuration) is { } file
            ? new ReadinessCheck($"ledger (the first start makes it: {file})", null)
            : new ReadinessCheck("ledger", StartupFaults.FindInLedger(services)?.ToString());

    /// <summary>What holds everything back although all is well.</summary>
    private static async Task<IEnumerable<ReadinessCheck>> FindHoldsAsync(ILedgerView ledger, DateTimeOffset now, CancellationToken stop)
    {
        var held = (await ledger.ListSwitchesAsync(stop)).Where(record => record.HoldsAt(now));
        return held.Select(record => new ReadinessCheck(record.IsPause ? "pause" : "storm brake", null)
        {
            Warning = string.Create(CultureInfo.InvariantCulture, $"holds {record.Site ?? "all sites"} since {record.Since:u}; ccr status says more"),
        });
    }

    /// <summary>Looks at the results that were published lately for another ledger's.</summary>
    private static async Task<ReadinessCheck> WatchLedgerAsync(ServiceProvider services, CancellationToken stop)
    {
        var name = $"results are of this ledger ({await services.GetRequiredService<LedgerIdentity>().ReadAsync(stop)})";
        var watch = services.GetRequiredService<LedgerWatch>();
        var asked = await AskBrokerAsync(name, () => watch.LookAsync(stop));
        return watch.Alarms.FirstOrDefault() is { } alarm
            ? asked with { Fault = $"{alarm.Reason.Code}: {alarm.Reason.Meaning}: {alarm.Detail}. {alarm.Reason.Remedy}" }
            : asked;
    }

    /// <summary>Asks the broker for what changes nothing.</summary>
    internal static async Task<ReadinessCheck> AskBrokerAsync(string name, Func<Task> ask)
    {
        try
        {
            await ask();
            return new ReadinessCheck(name, null);
        }
        catch (MessagingException fault)
        {
            return new ReadinessCheck(name, fault.Message);
        }
    }
}
