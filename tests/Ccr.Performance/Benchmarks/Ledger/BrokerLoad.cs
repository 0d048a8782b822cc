using Azure.Messaging.ServiceBus;
using Ccr.Core;
using Ccr.Core.Ledger;
using Ccr.Core.Messaging;
using Ccr.Hosting;
using Ccr.EmbeddedServiceBus;
using Ccr.EmbeddedServiceBus.Configuration;
using Ccr.Hosting.ServiceBus;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ccr.Performance.Benchmarks.Ledger;

/// <summary>
/// Events through everything that <c>ccr local</c> does in its process: the embedded broker in memory, receiving, the pipeline, publishing, settling.
/// </summary>
internal sealed class BrokerLoad : ILoad
{
    private const string Subscription = "all";

    private readonly EmbeddedBroker _broker;
    private readonly ServiceBusConnection _connection;
    private readonly ServiceProvider _services;
    private readonly int _machines;
    private readonly SemaphoreSlim _handled = new(0);
    private EntityProcessor? _pump;

    private BrokerLoad(EmbeddedBroker broker, ILedgerStore ledger, Uri managementPoint, int machines)
    {
        (_broker, _machines) = (broker, machines);
        _connection = new ServiceBusConnection(ServiceBusOptions.For(broker.ConnectionString));
        _services = new ServiceCollection()
            .AddLogging().AddSingleton(ledger).AddSingleton(_connection).AddCcrMessaging().AddCcrCore(
                Configure(managementPoint, machines)).BuildServiceProvider();
    }

    public static async Task<ILoad> StartAsync(ILedgerStore ledger, Uri managementPoint, int machines)
    {
        var entities = new ServiceBusConfig();
        entities.AddQueue(Entities.Requests);
        entities.AddTopic(Entities.Results, Subscription);
        return new BrokerLoad(await EmbeddedBroker.StartAsync(new EmbeddedBrokerOptions { Config = entities }), ledger, managementPoint, machines);
    }

    public async Task PrepareAsync(int count)
    {
        await using var queue = _connection.CreateSender(Entities.Requests);
        var events = Enumerable.Range(0, count).Select(number => Load.Event(number, _machines));
        await Task.WhenAll(
            events.Select(message => queue.SendAsync(new ServiceBusMessage(message.Body) { MessageId = message.MessageId }, CancellationToken.None)));
    }

    public async Task RunAsync(int first, int count)
    {
        var handler = _services.GetRequiredService<RequestHandler>();
        _pump = _connection.CreateProcessor(Entities.Requests, concurrency: Load.Concurrency, async (message, settlement, stop) =>
        {
            await handler.HandleAsync(message.ToEvent(), settlement, stop);
            _handled.Release();
        });
        await _pump.StartAsync(CancellationToken.None);
        for (var handled = 0; handled < count; handled++) await _handled.WaitAsync();
    }

    public void Check(int events)
    {
        var results = _broker.GetCounts(EntityPath.Subscription(Entities.Results, Subscription)).Active;
        if (results != events) throw new InvalidOperationException($"{events} events had {results} results.");
    }

    public async ValueTask DisposeAsync()
    {
        // The broker first: what is still open is cut off, and nobody waits for an orderly end.
        await _broker.DisposeAsync();
        if (_pump is not null) await _pump.DisposeAsync();
        await _services.DisposeAsync();
        await _connection.DisposeAsync();
        _handled.Dispose();
    }

    private static IConfiguration Configure(Uri managementPoint, int machines)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Ccr:DefaultDomain"] = "CORP",
            ["Ccr:DefaultSite"] = "site0",
            ["Ccr:Rate:MaxConcurrent"] = $"{Load.Concurrency}",
            ["Ccr:Freshness:MaxAge"] = "00:00:00",
        };
        for (var site = 0; site < Load.SitesOf(machines); site++) settings[$"Ccr:Sites:site{site}:ManagementPoints:0:Address"] = managementPoint.ToString();
        return new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
    }
}
