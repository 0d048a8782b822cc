using System.Globalization;
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
        Description = "A Service Bus connection string, or the host name of a namespace; by default what the environment variable CCR_CONNECTION says; "
            + "without either the broker is not asked",
        HelpName = "CS",
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
        KeyValuePair<string, string?>[] given = connection is null ? [] : [KeyValuePair.Create<string, string?>("ServiceBus", connection)];
        var configuration = ledger.Configure(arguments, given);
        var checks = configuration.GetSection(AgentOptions.Section).Exists()
            ? await AgentCheck.RunAsync(line, report, configuration, stop)
            : await CheckProcessorAsync(line, report, configuration, ledger.ConfigurationFileOf(arguments), connection, stop);
        foreach (var check in checks) Say(report, check);
        return checks.All(check => check.Fault is null) ? ExitCode.Done : ExitCode.Failed;
    }

    private static async Task<IReadOnlyList<ReadinessCheck>> CheckProcessorAsync(
        CommandLine line, IReport report, IConfiguration configuration, string? file, string? connection, CancellationToken stop)
    {
        await using var services = new ServiceCollection().AddLogging().AddSingleton(line.Time).AddCcrHost(configuration).BuildServiceProvider();
        var faults = StartupFaults.FindInOptions(services).Where(fault => connection is not null || fault.Section != ServiceBusOptions.Section).ToList();
        if (faults.Count > 0) throw new UserErrorException(string.Join(Environment.NewLine, faults));

        SayConfiguration(report, services);
        var checks = new List<ReadinessCheck>(Warn(services.GetRequiredService<IOptions<CcrOptions>>().Value, file)) { AskLedger(services, configuration) };
        if (checks.All(check => check.Fault is null) && LedgerArguments.MissingFileOf(configuration) is null)
            checks.AddRange(await FindHoldsAsync(services.GetRequiredService<IOperatorLedger>(), line.Time.GetUtcNow(), stop));
        if (connection is not null)
        {
            checks.Add(
                await AskBrokerAsync("Service Bus", () => services.GetRequiredService<ServiceBusConnection>().ProbeReceivingAsync(Entities.Requests, stop)));
            if (checks.All(check => check.Fault is null) && LedgerArguments.MissingFileOf(configuration) is null)
                checks.Add(await WatchLedgerAsync(services, stop));
        }
        foreach (var site in services.GetRequiredService<SiteTable>().Sites.Where(
            site => site.Transport == SiteTransport.Direct).OrderBy(site => site.Key, StringComparer.Ordinal))
        {
            checks.AddRange(await AskManagementPointsAsync(services, site, stop));
            checks.AddRange(await ReadInboxesAsync(site, line.Time, stop));
        }
        foreach (var site in services.GetRequiredService<RelayedSites>().All.OrderBy(site => site.Key, StringComparer.Ordinal))
            checks.Add(await AskAgentsAsync(site, line.Time, stop));
        return checks;
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
    internal static async Task<IReadOnlyList<ReadinessCheck>> AskManagementPointsAsync(IServiceProvider services, Site site, CancellationToken stop)
    {
        var checks = new List<ReadinessCheck>();
        foreach (var managementPoint in site.ManagementPoints)
        {
            var answer = await services.GetRequiredService<MethodSubmitter>().PreflightAsync(managementPoint, stop);
            checks.Add(new ReadinessCheck(
                $"{(managementPoint.AdminService is null ? "management point" : "AdminService")} {managementPoint.Address.Authority} of site {site.Key}",
                answer.IsSound ? null : $"{answer.Reason.Code}: {answer.Detail}. {answer.Reason.Remedy}"));
        }

        return checks;
    }

    /// <summary>Reads the inboxes and the log that a look at the site would read, when they are configured.</summary>
    internal static async Task<IReadOnlyList<ReadinessCheck>> ReadInboxesAsync(Site site, TimeProvider time, CancellationToken stop)
    {
        if (site.InboxesFolder is not { } inboxes || site.ManagementPoints.Any(point => point.AdminService is not null)) return [];

        var folders = new SiteFolders(inboxes, site.CcmLogFile, new SiteFolderLimits { TimeLimit = TimeSpan.FromSeconds(20) }, time);
        var answer = await folders.LookAsync([], stop);
        var log = site.CcmLogFile is { } file ? $" and log {file}" : ", no log is configured";
        return [new ReadinessCheck($"inboxes {inboxes} of site {site.Key}{log}", answer.Fault is { } fault ? $"{answer.InWords}. {fault.Remedy}" : null)];
    }

    internal static void Say(IReport report, ReadinessCheck check)
    {
        var facts = new Dictionary<string, object?> { ["name"] = check.Name, ["ok"] = check.Fault is null, ["fault"] = check.Fault };
        if (check.Warning is not null) facts["warning"] = check.Warning;
        var (mark, remark) = check switch { { Fault: { } fault } => ("FAULT", fault), { Warning: { } warning } => ("warn ", warning), _ => ("ok   ", null) };
        report.Say($"{mark} {check.Name}{(remark is null ? "" : $": {remark}")}", "check", facts);
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
