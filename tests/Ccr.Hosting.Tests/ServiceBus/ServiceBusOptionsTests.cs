using Azure.Messaging.ServiceBus;
using Ccr.Core.Configuration;
using Ccr.Hosting.ServiceBus;
using Ccr.Hosting.Tests.ServiceBus.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Ccr.Hosting.Tests.ServiceBus;

public sealed class ServiceBusOptionsTests
{
    private const string Sound = "Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKeyName=n;SharedAccessKey=a2V5";

    [Fact]
    public void Defaults_AreWhatTheDocumentationSays()
    {
        var options = new ServiceBusOptions();

        Assert.Equal(
            (ServiceBusTransport.AmqpTcp, TimeSpan.FromSeconds(60), TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(30), TimeSpan.FromHours(1)),
            (options.TransportType, options.OperationTimeout, options.ReconnectDelay, options.MaxReconnectDelay, options.MaxLockRenewal));
    }

    [Theory]
    [InlineData(Sound)]
    [InlineData("contoso.servicebus.windows.net")]
    [InlineData("Endpoint=sb://localhost:5672;SharedAccessKeyName=x;SharedAccessKey=y;UseDevelopmentEmulator=true")]
    [InlineData("Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessSignature=SharedAccessSignature sr=x&sig=y&se=1&skn=z")]
    public void FindFaults_SoundConnection_FindsNone(string connection) => Assert.Empty(ServiceBusOptions.For(connection).FindFaults());

    [Theory]
    [InlineData("", "CCR5401")]
    [InlineData("https://contoso.servicebus.windows.net/x", "CCR5402")]
    [InlineData("two words", "CCR5402")]
    [InlineData("Endpoint=sb://contoso/;Nonsense", "CCR5402")]
    [InlineData("SharedAccessKeyName=n;SharedAccessKey=a2V5", "CCR5402")]
    [InlineData("Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKeyName=n", "CCR5404")]
    [InlineData("Endpoint=sb://contoso.servicebus.windows.net/", "CCR5404")]
    public void FindFaults_ConnectionThatCannotBeUsed_SaysWhatToWrite(string connection, string code)
    {
        var fault = Assert.Single(ServiceBusOptions.For(connection).FindFaults());

        Assert.Equal((code, "ServiceBus"), (fault.Reason.Code, fault.Key));
        Assert.Contains("Write", fault.ToString());
    }

    [Fact]
    public void FindFaults_KeyInAFaultyConnection_IsNotRepeated()
    {
        var fault = Assert.Single(ServiceBusOptions.For("Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKey=TOPSECRET").FindFaults());

        Assert.DoesNotContain("TOPSECRET", fault.ToString());
    }

    [Fact]
    public void FindFaults_SeveralFaults_AllComeTogether()
    {
        var options = ServiceBusOptions.For(Sound);
        (options.ClientId, options.Proxy, options.TrustedCaFile) = ("id", new Uri("http://proxy:3128"), "/nowhere.pem");
        (options.OperationTimeout, options.ReconnectDelay, options.MaxLockRenewal) = (TimeSpan.Zero, TimeSpan.FromHours(1), TimeSpan.Zero);

        Assert.Equal(
            ["CCR5407 ServiceBus:clientId", "CCR5405 ServiceBus:proxy", "CCR5406 ServiceBus:trustedCaFile", "CCR5408 ServiceBus:OperationTimeout", "CCR5408 ServiceBus:ReconnectDelay",
                "CCR5408 ServiceBus:MaxReconnectDelay", "CCR5408 ServiceBus:MaxLockRenewal"],
            options.FindFaults().Select(fault => $"{fault.Reason.Code} {fault.Key}"));
    }

    [Fact]
    public void FindFaults_CaFileWithWebSockets_SaysWhereTheAuthorityBelongs()
    {
        var options = ServiceBusOptions.For(Sound);
        (options.TransportType, options.TrustedCaFile) = (ServiceBusTransport.AmqpWebSockets, "ca.pem");

        var fault = Assert.Single(options.FindFaults());

        Assert.Equal("CCR5409", fault.Reason.Code);
        Assert.Contains("SSL_CERT_FILE", fault.ToString());
    }

    [Theory]
    [InlineData("ServiceBus", Sound, Sound)]
    [InlineData("ServiceBus:connectionString", Sound, Sound)]
    [InlineData("ServiceBus:fullyQualifiedNamespace", "contoso.servicebus.windows.net", "contoso.servicebus.windows.net")]
    public void Bind_EachPlaceOfTheConnection_IsRead(string key, string value, string connection) =>
        Assert.Equal(connection, Bind((key, value)).Connection);

    [Fact]
    public void Bind_ConnectionInTwoPlaces_IsRefused()
    {
        var refusal = Assert.Throws<ConfigurationFaultException>(
            () => Bind(("ServiceBus", Sound), ("ServiceBus:fullyQualifiedNamespace", "contoso.servicebus.windows.net")));

        Assert.Contains(refusal.Faults, fault => fault.ToString().Contains("in several ways", StringComparison.Ordinal));
    }

    [Fact]
    public void Bind_SettingsOfTheFunctionsHost_AreKnown() => Bind(
        ("ServiceBus:fullyQualifiedNamespace", "contoso.servicebus.windows.net"), ("ServiceBus:credential", "managedidentity"), ("ServiceBus:clientId", "id"),
        ("ServiceBus:transportType", "amqpWebSockets"));

    [Fact]
    public void Bind_MisspeltSetting_IsRefused() =>
        Assert.Throws<ConfigurationFaultException>(() => Bind(("ServiceBus", Sound), ("ServiceBus:proxi", "http://x")));

    [Fact]
    public void ToClientOptions_PrefetchesNothingAndTriesOnceMore()
    {
        var options = ServiceBusOptions.For(Sound);
        options.Proxy = new Uri("http://corp:p%40ss@proxy:3128");
        options.TransportType = ServiceBusTransport.AmqpWebSockets;

        var client = options.ToClientOptions();

        Assert.Equal((ServiceBusTransportType.AmqpWebSockets, 1), (client.TransportType, client.RetryOptions.MaxRetries));
        Assert.Equal("p@ss", client.WebProxy!.Credentials!.GetCredential(new Uri("http://proxy:3128"), "Basic")!.Password);
    }

    [Fact]
    public void FindFault_FileOfACertificate_IsSound()
    {
        using var certificate = TestBroker.CreateCertificate("localhost");
        var path = TestBroker.WritePem(certificate);
        var options = ServiceBusOptions.For(Sound);
        options.TrustedCaFile = path;

        Assert.Empty(options.FindFaults());
        File.Delete(path);
    }

    private static ServiceBusOptions Bind(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            settings.Select(setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value))).Build();
        using var services = new ServiceCollection().AddLogging().AddCcrConnection(configuration).BuildServiceProvider();
        return services.GetRequiredService<IOptions<ServiceBusOptions>>().Value;
    }
}
