using System.Reflection;
using Azure.Messaging.ServiceBus;
using Ccr.Cli.Commands;
using Ccr.Cli.Events;
using Ccr.Console;
using Ccr.Core.Events;
using Ccr.Core.Machines;
using Ccr.Core.Processing;
using Ccr.Core.Sites;
using Ccr.EmbeddedServiceBus;
using Ccr.Hosting.Processing;
using Microsoft.Extensions.Options;

namespace Ccr.Cli.Local;

/// <summary>One run of everything in one process.</summary>
internal sealed class LocalRun(CommandLine line, IReport report)
{
    /// <summary>A Premium namespace takes messages of this size, and an event that is too large is to be answered, not refused.</summary>
    private const int LargestMessage = 4 * 1024 * 1024;

    /// <summary>A subscription of its own, so that <c>ccr watch</c> beside it sees everything too.</summary>
    private const string Subscription = "local";

    public IReadOnlyList<EventFile> Events { get; init; } = [];

    public bool UntilIdle { get; init; }

    public bool Processes { get; init; } = true;

    public SiteTransport Transport { get; init; }

    public string? DataDirectory { get; init; }

    public int AmqpPort { get; init; }

    /// <summary>Whether the site is of SMS 2003 or of today.</summary>
    public string Site { get; init; } = LocalSite.Sms2003;

    /// <summary>Whether it is seen whether the clients come back.</summary>
    public bool Looks { get; init; }

    /// <summary>Whether the operator's page is served.</summary>
    public bool HasPage { get; init; }

    public int SitePort { get; init; }

    public string? ConfigFile { get; init; }

    private Tally Asked => field ??= new Tally(Looks);

    /// <summary>Runs until it is stopped, or until every event is answered; returns the exit code.</summary>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        await using var site = await LocalSite.StartAsync(Site, Looks, DataDirectory, SitePort, line.Time, stop);
        var configuration = LocalServices.Configure(ConfigFile, site, Transport);
        var sites = Transport == SiteTransport.Direct ? [] : Core.CcrOptions.KeysOfSites(configuration);
        await using var relay = Transport == SiteTransport.Relay ? await LocalRelay.StartAsync(sites, line.Time, stop) : null;
        if (relay is not null) configuration = LocalServices.With(configuration, relay.Settings);
        await using var broker = await StartBrokerAsync(sites, stop);
        await using var connection = new ServiceBusConnection(ServiceBusOptions.For(broker.ConnectionString), time: line.Time);
        await using var services = LocalServices.Build(LocalServices.OfProcessor(configuration, Transport), DataDirectory, connection, line.Time);
        services.GetRequiredService<IStartupValidator>().Validate();
        Announce(broker, site, relay);
        await using var page = HasPage ? await StartPageAsync(services, stop) : null;

        await using var results = connection.CreateProcessor(
            EntityPath.Subscription(Entities.Results, Subscription), concurrency: 1,
            (message, settlement, _) => ShowAsync(message, settlement, site));
        await results.StartAsync(stop);
        var processing = Processes ? services.GetRequiredService<ProcessingService>() : null;
        if (processing is not null) await processing.StartAsync(stop);
        await using var agents = await StartAgentsAsync(sites, configuration, relay is null ? broker.ConnectionString : null, stop);
        if (relay is not null) await relay.UntilHeardAsync(stop);

        if (processing is not null && Events.Count == 0) SayWhatNext(broker.ConnectionString);

        await SendAsync(connection, services.GetRequiredService<EventReader>(), site, stop);
        await WaitAsync(stop);

        // Requests first: what is on its way ends, and its result is still shown.
        if (processing is not null) await processing.StopAsync(CancellationToken.None);
        await results.StopAsync(CancellationToken.None);
        if (Events.Count == 0) return ExitCode.Done;

        var summary = Asked.Summarise(site.Submissions);
        report.Close(summary);
        return summary.Lost == 0 && Asked.AreAsExpected(site.IsBack) ? ExitCode.Done : ExitCode.Failed;
    }

    private Task<EmbeddedBroker> StartBrokerAsync(IReadOnlyList<string> sites, CancellationToken stop) => Parts.StartBrokerAsync(
        new EmbeddedBrokerOptions
        {
            Config = Parts.WithAgentQueues(Parts.LoadEntities(path: null).AddSubscription(Entities.Results, Subscription), sites),
            Port = AmqpPort,
            MaxMessageBytes = LargestMessage,
            TimeProvider = line.Time,
        }, line, stop);

    private void Announce(EmbeddedBroker broker, LocalSite site, LocalRelay? relay)
    {
        var facts = new Dictionary<string, object?> { ["connection"] = broker.ConnectionString, [site.Kind.Name] = site.Address };
        var text = $"Embedded Service Bus: {broker.ConnectionString}{Environment.NewLine}Simulated {site.Kind.Words}: {site.Address}";
        if (relay is not null)
        {
            facts["relay"] = relay.Address;
            text += $"{Environment.NewLine}Embedded relay: {relay.Address}";
        }

        report.Say(text, "started", facts);
    }

    /// <summary>In the repository, where nothing is installed, it is the program that was built just now.</summary>
    private static string ThisCommand() => File.Exists(Path.Combine("src", "Ccr.Cli", "Ccr.Cli.csproj"))
        ? $"dotnet run --no-build -c {typeof(LocalRun).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration} --project src/Ccr.Cli --"
        : "ccr";

    private void SayWhatNext(string connection)
    {
        var program = ThisCommand();
        var command = $$"""echo '{"machine":"PC01","domain":"CORP"}' | {{program}} send - --connection '{{connection}}'""";
        report.Say(
            $"Ready; Ctrl+C ends it. To have a machine's client reinstalled, run in another terminal:{Environment.NewLine}{command}", "ready",
            new Dictionary<string, object?> { ["try"] = command });
    }

    private async Task<ConsoleServer> StartPageAsync(IServiceProvider services, CancellationToken stop)
    {
        var ledger = DataDirectory is null ? "in memory" : LedgerArguments.LedgerFileOf(DataDirectory);
        var who = OperatorIdentity.OfComputer("file", "console");
        var page = await ConsoleCommand.StartAsync(services, new ConsoleOptions(), who, isReadOnly: false, ledger, line.Time, stop);
        var address = page.NewSignInAddress().ToString();
        report.Say($"The operator's page: {address}", "console", new Dictionary<string, object?> { ["url"] = address });
        return page;
    }

    private async Task<LocalAgents> StartAgentsAsync(IReadOnlyList<string> sites, IConfiguration configuration, string? connection, CancellationToken stop)
    {
        var agents = new LocalAgents();
        try
        {
            foreach (var site in sites)
            {
                var agent = agents.Add(await LocalAgent.StartAsync(site, configuration, connection, DataDirectory, stop));
                var page = await agent.StatusPageAsync(stop);
                report.Say(
                    $"Agent of site {site}: process {agent.ProcessId}, {page}",
                    "agent",
                    new Dictionary<string, object?> { ["site"] = site, ["process"] = agent.ProcessId, ["status"] = page });
            }

            return agents;
        }
        catch
        {
            await agents.DisposeAsync();
            throw;
        }
    }

    private async Task ShowAsync(ServiceBusReceivedMessage message, ISettlement settlement, LocalSite site)
    {
        var body = message.ToEvent().Body;
        if (ResultMessage.Read(body.Span) is { } result)
        {
            if (Asked.Answer(result) || !result.Outcome.IsTerminal()) report.Show(result);
        }
        else if (ResultMessage.ReadVerification(body.Span) is { } verification && Asked.See(verification))
        {
            report.Show(verification);
        }

        report.Progress(Asked.Summarise(site.Submissions));

        await settlement.CompleteAsync(CancellationToken.None);
    }

    private async Task SendAsync(ServiceBusConnection connection, EventReader reader, LocalSite site, CancellationToken stop)
    {
        var messages = Events.Select(e => (MessageId: EventSender.NewMessageId(), Event: e)).ToList();
        foreach (var (messageId, file) in messages)
        {
            // The processing reads the same bytes by the same rules, so it must answer just these requests.
            var reading = reader.Read(new IncomingEvent { Body = file.Body, MessageId = messageId, EnqueuedTime = line.Time.GetUtcNow() });
            foreach (var part in reading.Parts.OfType<MachinePart>()) Discover(site, part);
            Asked.Ask(Enumerable.Range(0, reading.Parts.Count).Select(part => RequestId.Of(reading, part)));
        }

        await using var queue = connection.CreateSender(Entities.Requests);
        await EventSender.SendAsync(queue, messages, stop);
        Asked.AllAsked();
    }

    /// <summary>A site of today pushes to devices that it knows: here, to all that the events name.</summary>
    private static void Discover(LocalSite site, MachinePart part)
    {
        if (MachineName.TryParse(part.MachineText, out var machine, out _) && DomainName.TryParse(part.Domain, out var domain, out _))
            site.Discover(machine.Value, domain.Value);
    }

    private async Task WaitAsync(CancellationToken stop)
    {
        try
        {
            await (UntilIdle ? Asked.Complete : Task.Delay(Timeout.InfiniteTimeSpan, line.Time, stop)).WaitAsync(stop);
        }
        catch (OperationCanceledException)
        {
        }
    }
}
