using System.CommandLine.Parsing;
using System.ComponentModel;
using System.Diagnostics;
using Ccr.Console;
using Ccr.Core;
using Microsoft.Extensions.Options;

namespace Ccr.Cli.Commands;

/// <summary><c>ccr console</c>: the operator's page, on loopback, with the operator's own identity.</summary>
internal static class ConsoleCommand
{
    private static readonly Option<bool> ReadOnly = new("--read-only") { Description = "Show only: nothing that could change anything is in it" };
    private static readonly Option<ConsoleRights?> Allow = new("--allow")
    {
        Description = "Let only this be done, separated by commas: pause, brake, release, redrive, discard; by default all of it",
        HelpName = "WHAT",
        CustomParser = Parse,
    };
    private static readonly Option<int> Port = PortArgument.Create(
        "--port", "on 127.0.0.1; a fixed one is for ssh -L, which needs the same number at both ends");
    private static readonly Option<bool> NoBrowser = new("--no-browser") { Description = "Print the address, and open no browser" };

    public static Command Create(CommandLine line)
    {
        var connection = new Option<string?>("--connection")
        {
            Description = "The Service Bus whose results and dead letters are shown: a connection string, or the host name of a namespace; "
                + "by default what the environment variable CCR_CONNECTION says, and without either the page follows the ledger alone",
            HelpName = "CONNECTION",
        };
        var ledger = new LedgerArguments();
        var command = new Command("console", "Serves the operator's page on this computer, until it is stopped.")
        {
            connection, ReadOnly, Allow, Port, NoBrowser,
        };
        ledger.AddTo(command);
        command.SetAction((arguments, stop) => RunAsync(line, ledger, connection, arguments, stop));
        return command;
    }

    /// <summary>Starts the page over what is registered: a ledger, and perhaps a Service Bus. Nobody is asked to wait for either.</summary>
    public static async Task<ConsoleServer> StartAsync(
        IServiceProvider services, ConsoleOptions options, Person who, bool isReadOnly, string ledgerName, TimeProvider time, CancellationToken stop)
    {
        var ledger = services.GetRequiredService<IOperatorLedger>();
        var connection = services.GetService<ServiceBusConnection>();
        var people = isReadOnly ? null : new LedgerOperator(ledger, time, who);
        var sources = new ConsoleSources(ledger, ledger, who)
        {
            Operator = people,
            Connection = connection,
            Desk = people is null || connection is null ? null : new DeadLetterDesk(connection, time, ledger, people),
            Results = connection is null ? null : services.GetRequiredService<IResultView>(),
            Settings = services.GetRequiredService<IOptions<CcrOptions>>().Value,
            LedgerName = ledgerName,
            BrokerName = connection?.Options.Namespace,
        };
        try
        {
            return await ConsoleServer.StartAsync(options, sources, time, stop);
        }
        catch (IOException fault)
        {
            throw new UserErrorException(CliReasons.CannotListen, fault.Message);
        }
    }

    private static async Task<int> RunAsync(
        CommandLine line, LedgerArguments ledgerArguments, Option<string?> connectionOption, ParseResult arguments, CancellationToken stop)
    {
        var configuration = ledgerArguments.Configure(arguments);
        if (LedgerArguments.MissingFileOf(configuration) is { } file) throw new UserErrorException(CliReasons.FileNotFound, $"there is no ledger {file}");
        await using var connection = Connect(line, ConnectionArguments.Find(arguments, connectionOption));
        var services = new ServiceCollection().AddLogging().AddSingleton(line.Time).AddCcrLedger(configuration).AddCcrSettings(configuration);
        if (connection is not null) services.AddSingleton(connection).AddCcrMessaging();
        await using var provider = services.BuildServiceProvider();
        var ledger = provider.GetRequiredService<IOptions<LedgerStoreOptions>>().Value;
        var who = await OperatorIdentity.FindAsync(ledger, "console", ledger.CreateIdentity(), stop);
        await using var console = await StartAsync(
            provider, new ConsoleOptions { Port = arguments.GetValue(Port), Allow = arguments.GetValue(Allow) ?? ConsoleRights.All }, who,
            arguments.GetValue(ReadOnly), NameOf(ledger), line.Time, stop);
        var address = console.NewSignInAddress();
        line.ReportFor(arguments).Say(
            $"The operator's page, good once and for five minutes:{Environment.NewLine}{address}", "console",
            new Dictionary<string, object?> { ["url"] = address.ToString() });
        if (!arguments.GetValue(NoBrowser) && !System.Console.IsOutputRedirected) OpenBrowser(address);
        await line.WaitForStopAsync(stop);
        return ExitCode.Done;
    }

    private static ConsoleRights? Parse(ArgumentResult result)
    {
        if (Enum.TryParse<ConsoleRights>(result.Tokens[0].Value, ignoreCase: true, out var rights) && rights is > ConsoleRights.None and <= ConsoleRights.All)
            return rights;
        result.AddError("--allow takes pause, brake, release, redrive and discard, separated by commas.");
        return null;
    }

    private static ServiceBusConnection? Connect(CommandLine line, string? connection)
    {
        if (connection is null) return null;
        var options = ServiceBusOptions.For(connection);
        if (options.FindFaults("--connection").ToList() is { Count: > 0 } faults) throw new UserErrorException(string.Join(Environment.NewLine, faults));
        return new ServiceBusConnection(options, time: line.Time);
    }

    /// <summary>Which ledger it is, without what opens it.</summary>
    private static string NameOf(LedgerStoreOptions ledger) =>
        ledger.Path is { Length: > 0 } path ? path : ledger.Endpoint is { } endpoint ? $"{endpoint.Host}/{ledger.Table}" : $"table {ledger.Table}";

    private static void OpenBrowser(Uri address)
    {
        try
        {
            using var _ = Process.Start(new ProcessStartInfo(address.ToString()) { UseShellExecute = true });
        }
        catch (Exception fault) when (fault is Win32Exception or InvalidOperationException or PlatformNotSupportedException)
        {
            // There is none; the address is printed.
        }
    }
}
