namespace Ccr.ServiceBus.Tests;

public class ServiceBusConnectionOptionsTests
{
    private const string Emulator = "Endpoint=sb://localhost;SharedAccessKeyName=n;SharedAccessKey=k;UseDevelopmentEmulator=true";

    [Fact]
    public void Defaults_AreAsDocumented()
    {
        ServiceBusConnectionOptions options = new();

        Assert.Equal(ServiceBusTransport.AmqpTcp, options.Transport);
        Assert.Null(options.Proxy);
        Assert.Null(options.TrustedCaFile);
        Assert.Null(options.ManagedIdentityClientId);
        Assert.Equal(TimeSpan.FromSeconds(60), options.OperationTimeout);
        Assert.Equal(TimeSpan.FromMilliseconds(500), options.ReconnectDelay);
        Assert.Equal(TimeSpan.FromSeconds(30), options.MaxReconnectDelay);
        Assert.Equal(TimeSpan.FromMinutes(2), options.PermanentFaultDelay);
    }

    [Theory]
    [InlineData(Emulator)]
    [InlineData("contoso.servicebus.windows.net")]
    public void Validate_Sound_FindsNothing(string connection)
    {
        Assert.Empty(new ServiceBusConnectionOptions { Connection = connection }.Validate());
    }

    [Fact]
    public void Validate_ManyFaults_FindsThemAll()
    {
        ServiceBusConnectionOptions options = new()
        {
            Connection = Emulator,
            Proxy = new Uri("socks://proxy"),
            TrustedCaFile = "/no/such/file.pem",
            ManagedIdentityClientId = "id",
            OperationTimeout = TimeSpan.Zero,
            ReconnectDelay = TimeSpan.FromSeconds(40),
            MaxReconnectDelay = TimeSpan.FromSeconds(30),
            PermanentFaultDelay = TimeSpan.FromSeconds(1),
        };

        var faults = options.Validate();

        Assert.Equal(
            ["CCR5405", "CCR5405", "CCR5406", "CCR5407", "CCR5408", "CCR5408", "CCR5408"],
            faults.Select(fault => fault[..7]));
        Assert.Contains("CCR5408: MaxReconnectDelay is 00:00:30; it must be from 00:00:40 to 01:00:00.", faults);
        Assert.Contains(faults, fault => fault.Contains("/no/such/file.pem"));
    }

    [Fact]
    public void Validate_TrustedCaFileWithoutCertificate_SaysSo()
    {
        var path = Path.GetTempFileName();

        var faults = new ServiceBusConnectionOptions { Connection = Emulator, TrustedCaFile = path }.Validate();

        File.Delete(path);
        Assert.Equal(
            $"CCR5406: TrustedCaFile: {path} has no certificate. Name a PEM file with at least one certificate.",
            Assert.Single(faults));
    }

    [Fact]
    public void Connection_WithFaultyOptions_ListsThemInOneException()
    {
        ServiceBusConnectionOptions options = new() { OperationTimeout = TimeSpan.Zero };

        var fault = Assert.Throws<MessagingException>(() => new ServiceBusConnection(options));

        Assert.Equal(MessagingFault.Configuration, fault.Fault);
        Assert.Equal("CCR5401", fault.Code);
        Assert.Equal(
            "CCR5401: Connection is empty. Write a connection string or the host name of a namespace." +
            Environment.NewLine + "CCR5408: OperationTimeout is 00:00:00; it must be from 00:00:01 to 00:10:00.",
            fault.Message);
    }

    [Fact]
    public async Task Pump_WithFaultyOptions_ListsThemInOneException()
    {
        await using ServiceBusConnection connection = new(new() { Connection = Emulator });
        MessagePumpOptions options = new() { MaxConcurrentCalls = 0, Prefetch = -1 };

        var fault = Assert.Throws<MessagingException>(
            () => connection.CreatePump("queue", options, (_, _, _) => Task.CompletedTask));

        Assert.Equal(
            "CCR5409: MaxConcurrentCalls must be from 1 to 2000." + Environment.NewLine +
            "CCR5410: Prefetch must be from 0 to 10000.", fault.Message);
    }
}
