using Azure.Messaging.ServiceBus;
using Ccr.Core.Ledger;
using Ccr.Core.Messaging;
using Ccr.Core.Results;
using Ccr.EmbeddedServiceBus;
using Ccr.EmbeddedServiceBus.Configuration;
using Ccr.Hosting;
using Ccr.Hosting.ServiceBus;
using Ccr.SiteSimulator;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.Functions.Tests.Support;

/// <summary>
/// The services of the function app on an embedded broker and a simulated management point. What the triggers do is done
/// by <see cref="TakeAsync"/>: it receives a message and hands it to a function with the means to settle it. The clock stands still
/// unless a test moves it, so that nothing is over because the machine is slow: no lock, and no patience with a broker.
/// </summary>
internal sealed class Installation : IAsyncDisposable
{
    private readonly EmbeddedBroker _broker;
    private readonly ServiceProvider _services;

    private Installation(EmbeddedBroker broker, SimulatedManagementPoint managementPoint, ServiceProvider services, FakeTimeProvider time)
    {
        _broker = broker;
        ManagementPoint = managementPoint;
        _services = services;
        Time = time;
    }

    /// <summary>The clock of the broker and of the app's services.</summary>
    public FakeTimeProvider Time { get; }

    public SimulatedManagementPoint ManagementPoint { get; }

    public ServiceBusConnection Connection => Get<ServiceBusConnection>();

    public IOperatorLedger Ledger => Get<IOperatorLedger>();

    public static async Task<Installation> StartAsync()
    {
        var stop = TestContext.Current.CancellationToken;
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var managementPoint = await SimulatedManagementPoint.StartAsync(new SimulatedManagementPointOptions(), stop);
        var broker = await EmbeddedBroker.StartAsync(
            new EmbeddedBrokerOptions { Config = ServiceBusConfig.Load(Repository.PathOf("infra", "service-bus", "Config.json")), TimeProvider = time },
            NullLoggerFactory.Instance,
            stop);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ServiceBus"] = broker.ConnectionString,
            ["Ledger:InMemory"] = "true",
            ["Ccr:DefaultDomain"] = "CORP",
            ["Ccr:Sites:hq:SigningKeys:0"] = Some.Key,
            ["Ccr:Sites:hq:ManagementPoints:0:Address"] = managementPoint.BaseAddress.ToString(),
            ["Ccr:Submissions:ImmediateRetries"] = "0",
        }).Build();
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(time).AddLogging().AddCcrHost(configuration);
        services.AddSingleton<ReinstallRequested>().AddSingleton<LookAfterPush>().AddSingleton<RecordResult>().AddSingleton<AgentCommandUndelivered>()
            .AddSingleton<ReportDeadLetters>().AddSingleton<PruneLedger>().AddSingleton<ReceiveEvent>().AddSingleton<Health>();
        return new Installation(broker, managementPoint, services.BuildServiceProvider(), time);
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public async Task SendAsync(
        string entity, string body, string? messageId = null, IReadOnlyDictionary<string, object>? properties = null, TimeSpan? timeToLive = null)
    {
        await using var sender = Connection.CreateSender(entity);
        var message = new ServiceBusMessage(body) { MessageId = messageId ?? Guid.NewGuid().ToString("N") };
        if (timeToLive is { } life) message.TimeToLive = life;
        await sender.SendAsync(message.With(properties ?? new Dictionary<string, object>(StringComparer.Ordinal)), TestContext.Current.CancellationToken);
    }

    /// <summary>Takes one event to its function.</summary>
    public Task TakeEventAsync() => TakeAsync(
        Entities.Requests, trigger => Get<ReinstallRequested>().RunAsync(trigger.Message, trigger.Actions.Object, TestContext.Current.CancellationToken));

    /// <summary>Takes one message, as a trigger does.</summary>
    public async Task TakeAsync(string entityPath, Func<TriggerMessage, Task> function)
    {
        await using var receiver = Connection.CreateReceiver(entityPath);
        var messages = await receiver.ReceiveAsync(1, TimeSpan.FromMinutes(5), TestContext.Current.CancellationToken);
        await function(new TriggerMessage(Assert.Single(messages), receiver));
    }

    /// <summary>The results that were published, oldest first.</summary>
    public async Task<IReadOnlyList<ReinstallResult>> ResultsAsync() =>
        [.. (await PeekAsync(EntityPath.Subscription(Entities.Results, Entities.WatchSubscription))).Select(message => ResultMessage.Read(message.Body)!)];

    public async Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekAsync(string entityPath)
    {
        await using var receiver = Connection.CreateReceiver(entityPath);
        return await receiver.PeekAsync(0, 100, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _broker.DisposeAsync();
        await ManagementPoint.DisposeAsync();
    }
}
