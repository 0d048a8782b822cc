using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Amqp;
using Amqp.Sasl;
using Ccr.EmbeddedServiceBus.Configuration;

namespace Ccr.EmbeddedServiceBus.Tests.Wire;

/// <summary>The same port speaks AMQP, AMQP over TLS, and AMQP over WebSockets.</summary>
public sealed class TransportTests
{
    [Theory(Timeout = 30_000)]
    [InlineData("AMQPWSB10", "/$servicebus/websocket")]
    [InlineData("amqp", "/$servicebus/websocket/")]
    public async Task WebSocket_WithEitherSubprotocol_CarriesMessages(string subprotocol, string path)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var broker = await StartAsync(ct);
        var factory = new ConnectionFactory([new WebSocketTransportFactory(subprotocol)]) { SASL = { Profile = SaslProfile.Anonymous } };

        await RoundTripAsync(factory, new Address("127.0.0.1", broker.Port, null, null, path, "ws"), ct);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("GET /elsewhere HTTP/1.1\r\nSec-WebSocket-Protocol: amqp\r\nSec-WebSocket-Key: x\r\n\r\n", "404")]
    [InlineData("GET /$servicebus/websocket HTTP/1.1\r\nSec-WebSocket-Key: x\r\n\r\n", "400")]
    [InlineData("GET /$servicebus/websocket HTTP/1.1\r\nSec-WebSocket-Protocol: mqtt\r\nSec-WebSocket-Key: x\r\n\r\n", "400")]
    public async Task WebSocket_WithAnotherPathOrSubprotocol_IsRefused(string request, string status)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var broker = await StartAsync(ct);
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, broker.Port, ct);

        await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(request), ct);
        using var reader = new StreamReader(client.GetStream());

        Assert.StartsWith("HTTP/1.1 " + status, await reader.ReadLineAsync(ct), StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task Tls_WithTheGivenCertificate_CarriesMessages()
    {
        var ct = TestContext.Current.CancellationToken;
        using var certificate = Certificate();
        await using var broker = await StartAsync(ct, certificate);

        await RoundTripAsync(Trusting(certificate), new Address("127.0.0.1", broker.Port, null, null, "/", "amqps"), ct);
    }

    [Fact(Timeout = 30_000)]
    public async Task SecureWebSocket_WithTheGivenCertificate_CarriesMessages()
    {
        var ct = TestContext.Current.CancellationToken;
        using var certificate = Certificate();
        await using var broker = await StartAsync(ct, certificate);
        var sockets = new WebSocketTransportFactory("AMQPWSB10")
        {
            Options = o => o.RemoteCertificateValidationCallback = (_, c, _, _) => certificate.Thumbprint.Equals(c!.GetCertHashString(), StringComparison.Ordinal),
        };
        var factory = new ConnectionFactory([sockets]) { SASL = { Profile = SaslProfile.Anonymous } };

        await RoundTripAsync(factory, new Address("127.0.0.1", broker.Port, null, null, "/$servicebus/websocket", "wss"), ct);
    }

    [Fact(Timeout = 30_000)]
    public async Task Tls_WithoutACertificate_IsClosed()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var broker = await StartAsync(ct);
        using var certificate = Certificate();

        await Assert.ThrowsAnyAsync<Exception>(() => Trusting(certificate)
            .CreateAsync(new Address("127.0.0.1", broker.Port, null, null, "/", "amqps")).WaitAsync(ct));
        await RoundTripAsync(Trusting(certificate), new Address("127.0.0.1", broker.Port, null, null, "/", "amqp"), ct);
    }

    private static async Task RoundTripAsync(ConnectionFactory factory, Address address, CancellationToken ct)
    {
        var connection = await factory.CreateAsync(address).WaitAsync(ct);
        var session = new Session(connection);
        var body = new string('x', 150_000);
        await new SenderLink(session, "s", "q").SendAsync(AmqpClient.Text(body)).WaitAsync(ct);
        var receiver = new ReceiverLink(session, "r", "q");
        receiver.SetCredit(1, CreditMode.Manual);
        var message = await receiver.ReceiveAsync().WaitAsync(ct);
        Assert.Equal(body, AmqpClient.Text(message));
        receiver.Accept(message);
        await connection.CloseAsync();
    }

    private static ConnectionFactory Trusting(X509Certificate2 certificate) => new()
    {
        SASL = { Profile = SaslProfile.Anonymous },
        SSL = { RemoteCertificateValidationCallback = (_, c, _, _) => certificate.Thumbprint.Equals(c!.GetCertHashString(), StringComparison.Ordinal) },
    };

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        return new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private static Task<EmbeddedBroker> StartAsync(CancellationToken ct, X509Certificate2? certificate = null) =>
        EmbeddedBroker.StartAsync(
            new EmbeddedBrokerOptions { Config = new ServiceBusConfig().AddQueue("q"), Certificate = certificate }, ct: ct);
}
