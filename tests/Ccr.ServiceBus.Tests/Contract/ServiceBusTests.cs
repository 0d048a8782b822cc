namespace Ccr.ServiceBus.Tests.Contract;

/// <summary>
/// The contract against a real namespace or the official emulator, if <c>CCR_TEST_SERVICEBUS_CONNECTION</c> names one (a
/// connection string or a namespace host name). It must have the entities of <c>Contract/entities.json</c>, which is the
/// official emulator's own format, and nobody else may use them; whatever is in them is removed.
/// </summary>
public sealed class ServiceBusTests : BrokerContract
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
