using Ccr.EmbeddedServiceBus.Configuration;

namespace Ccr.EmbeddedServiceBus.Tests.Contract;

/// <summary>The contract against the embedded broker, in memory.</summary>
public sealed class EmbeddedBrokerTests : ServiceBusContract
{
    private EmbeddedBroker? _broker;

    internal static ServiceBusConfig Entities => ServiceBusConfig.Load(Path.Combine(AppContext.BaseDirectory, "Contract", "entities.json"));

    protected override async Task<string> StartBrokerAsync()
    {
        _broker = await EmbeddedBroker.StartAsync(new EmbeddedBrokerOptions { Config = Entities });
        return _broker.ConnectionString;
    }

    protected override async Task StopBrokerAsync()
    {
        if (_broker is not null)
            await _broker.DisposeAsync();
    }
}

/// <summary>The contract against the embedded broker that keeps its messages on disk.</summary>
public sealed class DurableEmbeddedBrokerTests : ServiceBusContract
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("ccr-");
    private EmbeddedBroker? _broker;

    protected override async Task<string> StartBrokerAsync()
    {
        _broker = await EmbeddedBroker.StartAsync(
            new EmbeddedBrokerOptions { Config = EmbeddedBrokerTests.Entities, DataDirectory = _data.FullName });
        return _broker.ConnectionString;
    }

    protected override async Task StopBrokerAsync()
    {
        if (_broker is not null)
            await _broker.DisposeAsync();
        _data.Delete(recursive: true);
    }
}

/// <summary>
/// The contract against a real namespace or the official emulator, if <c>CCR_TEST_SERVICEBUS_CONNECTION</c> is the connection string of one. It must
/// have the entities of <c>Contract/entities.json</c>, which is the official emulator's own format, and nobody else may use them; whatever is in them
/// is removed.
/// </summary>
public sealed class ServiceBusTests : ServiceBusContract
{
    private const string Variable = "CCR_TEST_SERVICEBUS_CONNECTION";

    protected override bool KeepsMessages => true;

    protected override Task<string> StartBrokerAsync()
    {
        var connection = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(string.IsNullOrWhiteSpace(connection), $"{Variable} names no Service Bus.");
        return Task.FromResult(connection!);
    }
}
