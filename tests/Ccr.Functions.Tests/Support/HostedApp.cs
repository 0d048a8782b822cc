using Azure.Messaging.ServiceBus;
using Ccr.Core.Messaging;
using Ccr.Core.Results;
using Ccr.EmbeddedServiceBus;
using Ccr.EmbeddedServiceBus.Configuration;
using Ccr.FunctionsTestHost;
using Ccr.Hosting.ServiceBus;
using Ccr.SiteSimulator;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ccr.Functions.Tests.Support;

/// <summary>The built app, run by the test host in a process of its own, on an embedded broker, with a simulated management point.</summary>
internal sealed class HostedApp : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ccr-hosted-");
    private readonly Dictionary<string, string> _settings = new(StringComparer.Ordinal);
    private readonly IReadOnlyDictionary<string, string>? _principals;
    private readonly HeldPort _brokerPort = new();
    private readonly HeldPort _managementPointPort = new();
    private ServiceBusClient _client = null!;

    private HostedApp(IReadOnlyDictionary<string, string>? principals)
    {
        _principals = principals;
        if (principals is not null) _settings["WEBSITE_AUTH_ENABLED"] = "True";
    }

    public EmbeddedBroker Broker { get; private set; } = null!;

    public SimulatedManagementPoint ManagementPoint { get; private set; } = null!;

    public FunctionsHost Host { get; private set; } = null!;

    public string LedgerPath => _settings["Ledger__Path"];

    public HttpClient Http { get; } = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Starts everything.</summary>
    /// <param name="configure">Changes the app's settings.</param>
    /// <param name="principals">The principals of tokens, where App Service authentication is on.</param>
    public static async Task<HostedApp> StartAsync(
        Action<Dictionary<string, string>>? configure = null, IReadOnlyDictionary<string, string>? principals = null)
    {
        var app = await PrepareAsync(configure, principals);
        await app.StartHostAsync();
        return app;
    }

    /// <summary>Starts all but the host.</summary>
    public static async Task<HostedApp> PrepareAsync(
        Action<Dictionary<string, string>>? configure = null, IReadOnlyDictionary<string, string>? principals = null)
    {
        var app = new HostedApp(principals);
        await app.StartManagementPointAsync();
        await app.StartBrokerAsync();
        app._client = new ServiceBusClient(app.Broker.ConnectionString);
        app._settings["ServiceBus"] = app.Broker.ConnectionString;
        app._settings["Ledger__Path"] = Path.Combine(app._folder.FullName, "ledger.db");
        app._settings["Ccr__DefaultDomain"] = "CORP";
        app._settings["Ccr__DefaultSite"] = "hq";
        app._settings["Ccr__Sites__hq__ManagementPoints__0__Address"] = app.ManagementPoint.BaseAddress.ToString();
        app._settings["Ccr__Submissions__ImmediateRetries"] = "0";
        configure?.Invoke(app._settings);
        return app;
    }

    public async Task StartHostAsync()
    {
        Host = await FunctionsHost.StartAsync(new FunctionsHostOptions(Repository.AppDirectory, _settings) { Principals = _principals }, Stop);
        Http.BaseAddress = Host.Address;
    }

    /// <summary>Starts the management point, on the same port each time.</summary>
    public async Task StartManagementPointAsync() => ManagementPoint = await SimulatedManagementPoint.StartAsync(
        new SimulatedManagementPointOptions { Port = _managementPointPort.Number }, Stop);

    /// <summary>Starts the broker, on the same port each time.</summary>
    public async Task StartBrokerAsync() => Broker = await EmbeddedBroker.StartAsync(
        new EmbeddedBrokerOptions
        {
            Config = ServiceBusConfig.Load(Repository.PathOf("infra", "service-bus", "Config.json")),
            Port = _brokerPort.Number,
        },
        NullLoggerFactory.Instance,
        Stop);

    public async Task SendAsync(string entity, params ServiceBusMessage[] messages)
    {
        await using var sender = _client.CreateSender(entity);
        await Task.WhenAll(messages.Select(message => sender.SendMessageAsync(message, Stop)));
    }

    public Task SendEventAsync(string body) => SendAsync(Entities.Requests, new ServiceBusMessage(body) { MessageId = Guid.NewGuid().ToString("N") });

    /// <summary>The published results so far, oldest first.</summary>
    public Task<IReadOnlyList<ReinstallResult>> ResultsAsync() => ResultsAsync(_client);

    /// <summary>The results that were published so far where a client is connected to, oldest first.</summary>
    public static async Task<IReadOnlyList<ReinstallResult>> ResultsAsync(ServiceBusClient client)
    {
        var messages = await PeekAsync(client, EntityPath.Subscription(Entities.Results, Entities.WatchSubscription));
        return [.. messages.Where(message => !message.ApplicationProperties.ContainsKey("kind")).Select(message => ResultMessage.Read(message.Body)!)];
    }

    /// <summary>Waits until so many results are published.</summary>
    public Task<IReadOnlyList<ReinstallResult>> ResultsAsync(int count) => UntilAsync(ResultsAsync, results => results.Count >= count);

    /// <summary>Takes the next message of a queue off it.</summary>
    public async Task<ServiceBusReceivedMessage> TakeAsync(string entity)
    {
        await using var receiver = _client.CreateReceiver(entity, new ServiceBusReceiverOptions { ReceiveMode = ServiceBusReceiveMode.ReceiveAndDelete });
        return (await UntilAsync(() => receiver.ReceiveMessageAsync(TimeSpan.FromSeconds(60), Stop), message => message is not null))!;
    }

    /// <summary>Moves the next message of a queue to its dead letters.</summary>
    public async Task DeadLetterAsync(string entity, string reason)
    {
        await using var receiver = _client.CreateReceiver(entity);
        await receiver.DeadLetterMessageAsync(await receiver.ReceiveMessageAsync(TimeSpan.FromMinutes(5), Stop), reason, "as the test says", Stop);
    }

    public Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekAsync(string entityPath) => PeekAsync(_client, entityPath);

    public static async Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekAsync(ServiceBusClient client, string entityPath)
    {
        await using var receiver = client.CreateReceiver(entityPath);
        var all = new List<ServiceBusReceivedMessage>();
        while (await receiver.PeekMessagesAsync(250, all.Count == 0 ? 0 : all[^1].SequenceNumber + 1, Stop) is { Count: > 0 } next) all.AddRange(next);
        return all;
    }

    /// <summary>Looks until what is looked at is as it should be; only the test's own time-out ends it before.</summary>
    public static async Task<T> UntilAsync<T>(Func<Task<T>> look, Func<T, bool> isSo)
    {
        while (true)
        {
            var seen = await look();
            if (isSo(seen)) return seen;
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Stop);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Host is not null) await Host.DisposeAsync();
        await _client.DisposeAsync();
        await Broker.DisposeAsync();
        await ManagementPoint.DisposeAsync();
        _brokerPort.Dispose();
        _managementPointPort.Dispose();
        Http.Dispose();
        _folder.Delete(recursive: true);
    }
}
