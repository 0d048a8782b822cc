using Ccr.Agent;
using Ccr.Core.Sites;

namespace Ccr.Cli.Commands;

/// <summary>
/// <c>ccr check</c>: is this installation sound? It asks no management point for a push, and makes no ledger file: the file would belong to the account
/// that checks, not to the account that later processes.
/// </summary>
internal static class CheckCommand
{
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
            : await CheckProcessorAsync(line, report, configuration, connection, stop);
        foreach (var check in checks) Say(report, check);
        return checks.All(check => check.Fault is null) ? ExitCode.Done : ExitCode.Failed;
    }

    private static async Task<IReadOnlyList<ReadinessCheck>> CheckProcessorAsync(
        CommandLine line, IReport report, IConfiguration configuration, string? connection, CancellationToken stop)
    {
        await using var services = new ServiceCollection().AddLogging().AddSingleton(line.Time).AddCcrHost(configuration).BuildServiceProvider();
        var faults = StartupFaults.FindInOptions(services).Where(fault => connection is not null || fault.Section != ServiceBusOptions.Section).ToList();
        if (faults.Count > 0) throw new UserErrorException(string.Join(Environment.NewLine, faults));

        SayConfiguration(report, services);
        var checks = new List<ReadinessCheck> { AskLedger(services, configuration) };
        if (connection is not null)
        {
            checks.Add(
                await AskBrokerAsync("Service Bus", () => services.GetRequiredService<ServiceBusConnection>().ProbeReceivingAsync(Entities.Requests, stop)));
        }
        foreach (var site in services.GetRequiredService<SiteTable>().Sites.Where(
            site => site.Transport == SiteTransport.Direct).OrderBy(site => site.Key, StringComparer.Ordinal))
        {
            checks.AddRange(await AskManagementPointsAsync(services, site, stop));
        }
        return checks;
    }

    /// <summary>Asks each management point of a site for what changes nothing.</summary>
    internal static async Task<IReadOnlyList<ReadinessCheck>> AskManagementPointsAsync(IServiceProvider services, Site site, CancellationToken stop)
    {
        var checks = new List<ReadinessCheck>();
        foreach (var managementPoint in site.ManagementPoints)
        {
            var answer = await services.GetRequiredService<ManagementPointClient>().PreflightAsync(managementPoint, stop);
            checks.Add(new ReadinessCheck(
                $"management point {managementPoint.Address.Authority} of site {site.Key}",
                answer.IsSound ? null : $"{answer.Reason.Code}: {answer.Detail}. {answer.Reason.Remedy}"));
        }

        return checks;
    }

    internal static void Say(IReport report, ReadinessCheck check) => report.Say(
        $"{(check.Fault is null ? "ok   " : "FAULT")} {check.Name}{(check.Fault is null ? "" : $": {check.Fault}")}",
        "check",
        new Dictionary<string, object?> { ["name"] = check.Name, ["ok"] = check.Fault is null, ["fault"] = check.Fault });

    /// <summary>The configuration is sound; what in it opens a door is said all the same.</summary>
    internal static void SayConfiguration(IReport report, IServiceProvider services)
    {
        Say(report, new ReadinessCheck("configuration", null));
        foreach (var sentence in UnsignedSites.Find(services))
            report.Say($"WARN  {sentence}", "check", new Dictionary<string, object?> { ["name"] = "signatures", ["ok"] = true, ["warning"] = sentence });
    }

    private static ReadinessCheck AskLedger(ServiceProvider services, IConfiguration configuration) =>
        LedgerArguments.MissingFileOf(configuration) is { } file
            ? new ReadinessCheck($"ledger (the first start makes it: {file})", null)
            : new ReadinessCheck("ledger", StartupFaults.FindInLedger(services)?.ToString());

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
