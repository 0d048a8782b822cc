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

/// <summary><c>ccr check</c>: is this installation sound? It changes nothing, and asks no management point for a push.</summary>
internal static class CheckCommand
{
    private static readonly Option<string?> Connection = new("--connection") { Description = "A Service Bus connection string, or the host name of a namespace; without it the broker is not asked", HelpName = "CS" };
    private static readonly Option<string?> Config = new("--config") { Description = "A JSON file with the section Ccr; environment variables (Ccr__DefaultDomain) win over it", HelpName = "FILE" };

    public static Command Create(CommandLine line)
    {
        var command = new Command("check", "Checks the configuration, then whether the broker and every management point answer.") { Connection, Config };
        command.SetAction((arguments, stop) => RunAsync(line, arguments, stop));
        return command;
    }

    private static async Task<int> RunAsync(CommandLine line, ParseResult arguments, CancellationToken stop)
    {
        var report = line.ReportFor(arguments);
        var connection = arguments.GetValue(Connection);
        await using var services = Build(line, connection, arguments.GetValue(Config));
        var faults = StartupFaults.Find(services).Where(fault => connection is not null || !fault.Contains("(setting ServiceBus)", StringComparison.Ordinal)).ToList();
        if (faults.Count > 0) throw new UserErrorException(string.Join(Environment.NewLine, faults));

        report.Say("ok    configuration", "check", Checked("configuration", null));
        var checks = new List<ReadinessCheck>();
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

    private static ServiceProvider Build(CommandLine line, string? connection, string? configFile)
    {
        var configuration = new ConfigurationBuilder()
            .AddConfiguration(ConfigurationFile.Read(configFile))
            .AddEnvironmentVariables()
            .AddInMemoryCollection([KeyValuePair.Create("ServiceBus", connection)])
            .Build();
        return new ServiceCollection().AddLogging().AddSingleton(line.Time).AddCcrHost(configuration).BuildServiceProvider();
    }

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
