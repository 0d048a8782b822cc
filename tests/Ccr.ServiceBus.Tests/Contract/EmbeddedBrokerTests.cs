using Ccr.EmbeddedServiceBus;
using Ccr.ServiceBus.Tests.Support;

namespace Ccr.ServiceBus.Tests.Contract;

/// <summary>The contract against the embedded broker, in memory.</summary>
public sealed class EmbeddedBrokerTests : BrokerContract
{
    private EmbeddedBroker? _broker;

    protected override async Task<string> StartBrokerAsync()
    {
        _broker = await TestBroker.StartAsync();
        return _broker.ConnectionString;
    }

    protected override async Task StopBrokerAsync()
    {
        if (_broker is not null) await _broker.DisposeAsync();
    }
}

/// <summary>The contract against the embedded broker that keeps its messages on disk.</summary>
public sealed class DurableEmbeddedBrokerTests : BrokerContract
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("ccr-");
    private EmbeddedBroker? _broker;

    protected override async Task<string> StartBrokerAsync()
    {
        _broker = await TestBroker.StartAsync(data: _data.FullName);
        return _broker.ConnectionString;
    }

    protected override async Task StopBrokerAsync()
    {
        if (_broker is not null) await _broker.DisposeAsync();
        _data.Delete(recursive: true);
    }
}
