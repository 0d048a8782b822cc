using System.CommandLine;
using Ccr.Core.Configuration;
using Ccr.Core.ManagementPoints;
using Ccr.Core.Messaging;
using Ccr.Hosting;
using Ccr.ServiceBus;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Ccr.Cli.Commands;

/// <summary>
/// <c>ccr check</c>: is this installation sound? It asks no management point for a push, and makes no ledger file: that
/// would belong to whoever checks, and not to whoever is to run.
/// </summary>
internal static class CheckCommand
{
    private static readonly Option<string?> Connection = new("--connection") { Description = "A Service Bus connection string, or the host name of a namespace; without it the broker is not asked", HelpName = "CS" };

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
        var connection = arguments.GetValue(Connection);
        var configuration = ledger.Configure(arguments, KeyValuePair.Create("ServiceBus", connection));
        await using var services = new ServiceCollection().AddLogging().AddSingleton(line.Time).AddCcrHost(configuration).BuildServiceProvider();
        var faults = StartupFaults.FindInOptions(services).Where(fault => connection is not null || !fault.Contains("(setting ServiceBus)", StringComparison.Ordinal)).ToList();
        if (faults.Count > 0) throw new UserErrorException(string.Join(Environment.NewLine, faults));

        report.Say("ok    configuration", "check", Checked("configuration", null));
        var checks = new List<ReadinessCheck> { AskLedger(services, configuration) };
        if (connection is not null) checks.Add(await AskBrokerAsync(services, stop));
        foreach (var site in SitesOf(services).Where(site => site.Transport == SiteTransport.Direct))
        {
            foreach (var managementPoint in site.ManagementPoints)
            {
                var answer = await services.GetRequiredService<ManagementPointClient>().PreflightAsync(managementPoint, stop);
                checks.Add(new ReadinessCheck(
                    $"management point {managementPoint.Address.Authority} of site {site.Key}", answer.IsSound ? null : $"{answer.Reason.Code}: {answer.Detail}. {answer.Reason.Remedy}"));
            }
        }

        foreach (var check in checks)
            report.Say($"{(check.Fault is null ? "ok   " : "FAULT")} {check.Name}{(check.Fault is null ? "" : $": {check.Fault}")}", "check", Checked(check.Name, check.Fault));
        return checks.All(check => check.Fault is null) ? ExitCode.Done : ExitCode.Failed;
    }

    private static ReadinessCheck AskLedger(ServiceProvider services, IConfiguration configuration) =>
        LedgerArguments.MissingFileOf(configuration) is { } file
            ? new ReadinessCheck($"ledger (the first start makes it: {file})", null)
            : new ReadinessCheck("ledger", StartupFaults.FindInLedger(services));

    private static async Task<ReadinessCheck> AskBrokerAsync(ServiceProvider services, CancellationToken stop)
    {
        try
        {
            await services.GetRequiredService<IRequestView>().FindOldestAsync(stop);
            return new ReadinessCheck("Service Bus", null);
        }
        catch (MessagingException fault)
        {
            return new ReadinessCheck("Service Bus", fault.Message);
        }
    }

    private static IEnumerable<Site> SitesOf(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<CcrOptions>>().Value;
        var table = SiteTableBuilder.Build(options.Sites, options.DefaultSite, CcrOptions.Section, [])!;
        foreach (var key in table.Keys.Order(StringComparer.Ordinal))
        {
            if (table.TryFind(key, out var site)) yield return site;
        }
    }

    private static Dictionary<string, object?> Checked(string name, string? fault) => new() { ["name"] = name, ["ok"] = fault is null, ["fault"] = fault };
}
