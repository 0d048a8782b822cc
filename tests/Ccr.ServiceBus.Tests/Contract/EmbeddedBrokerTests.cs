using Ccr.LocalServiceBus;
using Ccr.LocalServiceBus.Configuration;

namespace Ccr.ServiceBus.Tests.Contract;

public sealed class EmbeddedBrokerTests : BrokerContract
{
    private LocalServiceBus.LocalServiceBus? _broker;

    protected override async Task<string> StartBrokerAsync()
    {
        var config = ServiceBusConfig.Load(Path.Combine(AppContext.BaseDirectory, "Contract", "entities.json"));
        _broker = await LocalServiceBus.LocalServiceBus.StartAsync(new LocalServiceBusOptions { Config = config });
        return _broker.ConnectionString;
    }

    protected override async Task StopBrokerAsync()
    {
        if (_broker is not null) await _broker.DisposeAsync();
    }
}
