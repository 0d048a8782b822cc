using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Azure.Messaging.ServiceBus;
using Ccr.Hosting.ServiceBus;
using Ccr.Hosting.Tests.ServiceBus.Support;

namespace Ccr.Hosting.Tests.ServiceBus;

/// <summary>Every way to connect and to authorise, each against the embedded broker.</summary>
public sealed class ConnectingTests : IDisposable
{
    private const int Timeout = 60_000;

    private readonly X509Certificate2 _certificate = TestBroker.CreateCertificate("localhost");
    private readonly string _authority;

    public ConnectingTests() => _authority = TestBroker.WritePem(_certificate);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        File.Delete(_authority);
        _certificate.Dispose();
    }

    [Theory(Timeout = Timeout)]
    [InlineData(ServiceBusTransport.AmqpTcp)]
    [InlineData(ServiceBusTransport.AmqpWebSockets)]
    public async Task Connect_ToAnEmulator_Works(ServiceBusTransport transport)
    {
        await using var broker = await TestBroker.StartAsync();
        var options = TestBroker.Hasty(broker.ConnectionString);
        options.TransportType = transport;

        await AssertWorksAsync(options);
    }

    [Fact(Timeout = Timeout)]
    public async Task Connect_OverTlsWithAPrivateAuthority_Works()
    {
        await using var broker = await TestBroker.StartAsync(TestBroker.Key, _certificate);
        var options = TestBroker.Hasty(TestBroker.ConnectionString(broker.Port, TestBroker.Key, tls: true));
        options.TrustedCaFile = _authority;

        await AssertWorksAsync(options);
    }

    [Fact(Timeout = Timeout)]
    public async Task Connect_ToAnUntrustedCertificate_IsRefusedAndSaysWhatToDo()
    {
        await using var broker = await TestBroker.StartAsync(certificate: _certificate);

        var fault = await FaultAsync(TestBroker.Hasty(TestBroker.ConnectionString(broker.Port, tls: true)));

        Assert.Equal(ServiceBusReasons.TlsFailed, fault.Reason);
        Assert.Contains("trustedCaFile", fault.Message);
    }

    [Fact(Timeout = Timeout)]
    public async Task Connect_ToATrustedCertificateForAnotherHost_IsRefused()
    {
        using var other = TestBroker.CreateCertificate("elsewhere.example");
        await using var broker = await TestBroker.StartAsync(certificate: other);
        var options = TestBroker.Hasty(TestBroker.ConnectionString(broker.Port, tls: true));
        options.TrustedCaFile = TestBroker.WritePem(other);

        var fault = await FaultAsync(options);

        File.Delete(options.TrustedCaFile);
        Assert.Equal(ServiceBusReasons.TlsFailed, fault.Reason);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("", "")]
    [InlineData("corp:p@ss word", "corp:p%40ss%20word@")]
    public async Task Connect_ThroughAProxy_AsksItForTheBroker(string credentials, string user)
    {
        await using var broker = await TestBroker.StartAsync();
        await using TcpRelay proxy = new(proxyCredentials: credentials);
        var options = TestBroker.Hasty(TestBroker.ConnectionString(broker.Port));
        (options.TransportType, options.Proxy) = (ServiceBusTransport.AmqpWebSockets, new Uri($"http://{user}localhost:{proxy.Port}"));

        await AssertWorksAsync(options);

        Assert.Contains($"CONNECT localhost:{broker.Port} HTTP/1.1", proxy.Requests);
    }

    [Fact(Timeout = Timeout)]
    public async Task Probe_WithAWrongKey_SaysSo()
    {
        await using var broker = await TestBroker.StartAsync(TestBroker.Key);

        var fault = await FaultAsync(TestBroker.Hasty(TestBroker.ConnectionString(broker.Port, "d3Jvbmc=")));

        Assert.Equal(ServiceBusReasons.Unauthorized, fault.Reason);
        Assert.False(fault.IsTransient);
        Assert.DoesNotContain("d3Jvbmc", fault.Message);
    }

    [Fact(Timeout = Timeout)]
    public async Task Probe_WhereNobodyListens_SaysSo()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        taken.Stop();

        var fault = await FaultAsync(TestBroker.Hasty(TestBroker.ConnectionString(port)));

        Assert.Equal(ServiceBusReasons.CannotConnect, fault.Reason);
        Assert.True(fault.IsTransient);
    }

    [Fact(Timeout = Timeout)]
    public async Task Probe_OfAPeerThatIsSilent_EndsByItsOwnPatience()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var options = TestBroker.Hasty(TestBroker.ConnectionString(((IPEndPoint)silent.LocalEndpoint).Port));
        options.ProbePatience = TimeSpan.FromMilliseconds(200);

        var fault = await FaultAsync(options);

        Assert.Equal(ServiceBusReasons.CannotConnect, fault.Reason);
    }

    [Theory(Timeout = Timeout)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Probe_OfAMissingEntity_NamesIt(bool isSending)
    {
        await using var broker = await TestBroker.StartAsync();
        await using var connection = new ServiceBusConnection(TestBroker.Hasty(broker.ConnectionString));

        var fault = await Assert.ThrowsAsync<MessagingException>(
            () => isSending ? connection.ProbeSendingAsync("nowhere", Stop) : connection.ProbeReceivingAsync("nowhere", Stop));

        Assert.Equal(ServiceBusReasons.EntityNotFound, fault.Reason);
        Assert.StartsWith("CCR4001: The entity does not exist (nowhere", fault.Message);
    }

    private static async Task AssertWorksAsync(ServiceBusOptions options)
    {
        Assert.Empty(options.FindFaults());
        await using var connection = new ServiceBusConnection(options);
        await using var sender = connection.CreateSender("q");
        await using var receiver = connection.CreateReceiver("q");
        await sender.SendAsync(new ServiceBusMessage("hello"), Stop);
        var message = Assert.Single(await receiver.ReceiveAsync(1, TimeSpan.FromSeconds(30), Stop));
        await receiver.CompleteAsync(message, Stop);
        Assert.Equal("hello", message.Body.ToString());
    }

    private static async Task<MessagingException> FaultAsync(ServiceBusOptions options)
    {
        await using var connection = new ServiceBusConnection(options);
        return await Assert.ThrowsAsync<MessagingException>(() => connection.ProbeReceivingAsync("q", Stop));
    }
}
