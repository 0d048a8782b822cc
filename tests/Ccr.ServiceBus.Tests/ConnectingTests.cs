using System.Security.Cryptography.X509Certificates;
using Azure.Core;
using Ccr.ServiceBus.Authorization;
using Ccr.ServiceBus.Tests.Support;

namespace Ccr.ServiceBus.Tests;

/// <summary>Every way to connect and to authorise, each against a local peer.</summary>
public sealed class ConnectingTests : IDisposable
{
    private const int Timeout = 30_000;

    private readonly X509Certificate2 _certificate = TestBroker.CreateCertificate("localhost");
    private readonly string _authority;

    public ConnectingTests() => _authority = TestBroker.WritePem(_certificate);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        File.Delete(_authority);
        _certificate.Dispose();
    }

    [Theory(Timeout = Timeout)]
    [InlineData(ServiceBusTransport.AmqpTcp)]
    [InlineData(ServiceBusTransport.AmqpWebSockets)]
    public async Task Connect_Plain_ToAnEmulator(ServiceBusTransport transport)
    {
        await using var broker = await TestBroker.StartAsync();

        await AssertWorksAsync(new() { Connection = broker.ConnectionString, Transport = transport });
    }

    [Theory(Timeout = Timeout)]
    [InlineData(ServiceBusTransport.AmqpTcp)]
    [InlineData(ServiceBusTransport.AmqpWebSockets)]
    public async Task Connect_OverTls_WithAPrivateAuthority(ServiceBusTransport transport)
    {
        await using var broker = await TestBroker.StartAsync(key: "c2VjcmV0", certificate: _certificate);

        await AssertWorksAsync(new()
        {
            Connection = TestBroker.ConnectionString(broker.Port, "c2VjcmV0", tls: true),
            Transport = transport,
            TrustedCaFile = _authority,
        });
    }

    [Theory(Timeout = Timeout)]
    [InlineData(ServiceBusTransport.AmqpTcp)]
    [InlineData(ServiceBusTransport.AmqpWebSockets)]
    public async Task Connect_ToAnUntrustedCertificate_IsRefusedAndSaysWhatToDo(ServiceBusTransport transport)
    {
        await using var broker = await TestBroker.StartAsync(certificate: _certificate);

        var fault = await FaultAsync(new()
        {
            Connection = TestBroker.ConnectionString(broker.Port, tls: true),
            Transport = transport,
        });

        Assert.Equal(MessagingFault.TlsFailed, fault.Fault);
        Assert.Contains("TrustedCaFile", fault.Message);
    }

    [Theory(Timeout = Timeout)]
    [InlineData(ServiceBusTransport.AmqpTcp)]
    [InlineData(ServiceBusTransport.AmqpWebSockets)]
    public async Task Connect_ToATrustedCertificateForAnotherHost_IsRefused(ServiceBusTransport transport)
    {
        using var other = TestBroker.CreateCertificate("elsewhere.example");
        var authority = TestBroker.WritePem(other);
        await using var broker = await TestBroker.StartAsync(certificate: other);

        var fault = await FaultAsync(new()
        {
            Connection = TestBroker.ConnectionString(broker.Port, tls: true),
            Transport = transport,
            TrustedCaFile = authority,
        });

        File.Delete(authority);
        Assert.Equal(MessagingFault.TlsFailed, fault.Fault);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("")]
    [InlineData("corp:p@ss word")]
    public async Task Connect_OverWebSockets_ThroughAProxy(string credentials)
    {
        await using var broker = await TestBroker.StartAsync(certificate: _certificate);
        await using TcpRelay proxy = new(proxyCredentials: credentials);
        var user = credentials.Length == 0 ? "" : "corp:p%40ss%20word@";

        await AssertWorksAsync(new()
        {
            Connection = TestBroker.ConnectionString(broker.Port, tls: true),
            Transport = ServiceBusTransport.AmqpWebSockets,
            TrustedCaFile = _authority,
            Proxy = new Uri($"http://{user}localhost:{proxy.Port}"),
        });

        Assert.Contains($"CONNECT localhost:{broker.Port} HTTP/1.1", proxy.Requests);
    }

    [Fact(Timeout = Timeout)]
    public async Task Connect_ThroughAProxyThatRefuses_NamesTheFault()
    {
        await using var broker = await TestBroker.StartAsync();
        await using TcpRelay proxy = new(proxyCredentials: "corp:secret");

        var fault = await FaultAsync(new()
        {
            Connection = broker.ConnectionString,
            Transport = ServiceBusTransport.AmqpWebSockets,
            Proxy = new Uri($"http://localhost:{proxy.Port}"),
            OperationTimeout = TimeSpan.FromSeconds(1),
        });

        Assert.Equal(MessagingFault.Timeout, fault.Fault);
        Assert.Contains("407", fault.Message);
        Assert.Contains("proxy", fault.Message);
    }

    [Fact(Timeout = Timeout)]
    public async Task Connect_WithASharedAccessSignature_UsesItAsItIs()
    {
        await using var broker = await TestBroker.StartAsync(key: "c2VjcmV0");
        var signature = SharedAccessSignature.Create(
            new("RootManageSharedAccessKey", "c2VjcmV0"), $"sb://localhost:{broker.Port}/",
            TimeProvider.System.GetUtcNow().AddMinutes(5));

        await AssertWorksAsync(new()
        {
            Connection = $"Endpoint=sb://localhost:{broker.Port};SharedAccessSignature={signature};UseDevelopmentEmulator=true",
        });
    }

    [Fact(Timeout = Timeout)]
    public async Task Connect_WithTheWrongKey_NamesEntityAndClaim()
    {
        await using var broker = await TestBroker.StartAsync(key: "c2VjcmV0");
        await using ServiceBusConnection connection = new(new() { Connection = TestBroker.ConnectionString(broker.Port, "wrong") });
        await using var sender = connection.CreateSender("contract");
        await using var receiver = connection.CreateReceiver("contract");

        var send = await Assert.ThrowsAsync<MessagingException>(() => sender.SendAsync(new(), Cancellation));
        var listen = await Assert.ThrowsAsync<MessagingException>(
            () => receiver.ReceiveAsync(1, TimeSpan.FromSeconds(1), Cancellation));

        Assert.Equal(MessagingFault.Unauthorized, send.Fault);
        Assert.StartsWith("CCR4002: The Send claim on 'contract' was refused", send.Message);
        Assert.StartsWith("CCR4002: The Listen claim on 'contract' was refused", listen.Message);
        Assert.DoesNotContain("wrong", send.Message);
    }

    [Fact(Timeout = Timeout)]
    public async Task Connect_ByHostName_ShowsTheEntraTokenToTheBroker()
    {
        await using var broker = await TestBroker.StartAsync(certificate: _certificate);
        CountingCredential credential = new();

        await AssertWorksAsync(
            new() { Connection = $"localhost:{broker.Port}", TrustedCaFile = _authority }, credential);

        Assert.True(credential.Calls > 0);
    }

    [Fact(Timeout = Timeout)]
    public async Task Connect_WithoutAnEntraToken_SaysSo()
    {
        await using var broker = await TestBroker.StartAsync(certificate: _certificate);

        var fault = await FaultAsync(
            new()
            {
                Connection = $"localhost:{broker.Port}",
                TrustedCaFile = _authority,
                OperationTimeout = TimeSpan.FromSeconds(1),
            },
            new CountingCredential { Fails = true });

        Assert.Equal(MessagingFault.Timeout, fault.Fault);
        Assert.Contains("CCR4015: Entra ID gave no token", fault.Message);
    }

    [Fact(Timeout = Timeout)]
    public async Task Connect_NobodyListens_GivesUpAfterTheOperationTimeout()
    {
        await using TcpRelay nobody = new();
        nobody.Refuse();

        var fault = await FaultAsync(new()
        {
            Connection = TestBroker.ConnectionString(nobody.Port),
            OperationTimeout = TimeSpan.FromSeconds(1),
            ReconnectDelay = TimeSpan.FromMilliseconds(10),
        });

        Assert.Equal(MessagingFault.Timeout, fault.Fault);
        Assert.Contains("nothing was sent", fault.Message);
        Assert.Contains($"CCR4004: amqp://localhost:{nobody.Port} could not be reached", fault.Message);
    }

    [Theory(Timeout = Timeout)]
    [InlineData(ServiceBusTransport.AmqpTcp)]
    [InlineData(ServiceBusTransport.AmqpWebSockets)]
    public async Task Connect_PeerAcceptsButNeverAnswers_LeavesNoSocketBehind(ServiceBusTransport transport)
    {
        await using var broker = await TestBroker.StartAsync();
        await using TcpRelay silent = new(broker.Port);
        silent.Freeze();

        var fault = await FaultAsync(new()
        {
            Connection = TestBroker.ConnectionString(silent.Port),
            Transport = transport,
            OperationTimeout = TimeSpan.FromSeconds(1),
            ReconnectDelay = TimeSpan.FromMilliseconds(10),
        });

        Assert.Equal(MessagingFault.Timeout, fault.Fault);
        await silent.WaitUntilAsync(relay => relay.Open == 0, Cancellation);
    }

    private static async Task AssertWorksAsync(ServiceBusConnectionOptions options, TokenCredential? credential = null)
    {
        await using ServiceBusConnection connection = new(options, credential: credential);
        await using var sender = connection.CreateSender("contract");
        await using var receiver = connection.CreateReceiver("contract");

        await sender.SendAsync(new() { MessageId = "m" }, Cancellation);
        var (message, settlement) = Assert.Single(await receiver.ReceiveAsync(1, TimeSpan.FromSeconds(10), Cancellation));
        await settlement.CompleteAsync(Cancellation);

        Assert.Equal("m", message.MessageId);
        Assert.NotNull(connection.Health.ConnectedSince);
        Assert.Null(connection.Health.LastError);
    }

    private static async Task<MessagingException> FaultAsync(
        ServiceBusConnectionOptions options, TokenCredential? credential = null)
    {
        await using ServiceBusConnection connection = new(options, credential: credential);
        await using var sender = connection.CreateSender("contract");
        return await Assert.ThrowsAsync<MessagingException>(() => sender.SendAsync(new(), Cancellation));
    }

    private sealed class CountingCredential : TokenCredential
    {
        private int _calls;

        public int Calls => Volatile.Read(ref _calls);

        public bool Fails { get; init; }

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _calls);
            return Fails
                ? throw new InvalidOperationException("no identity here")
                : new AccessToken("a.b.c", TimeProvider.System.GetUtcNow().AddHours(1));
        }

        public override ValueTask<AccessToken> GetTokenAsync(
            TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(GetToken(requestContext, cancellationToken));
    }
}
