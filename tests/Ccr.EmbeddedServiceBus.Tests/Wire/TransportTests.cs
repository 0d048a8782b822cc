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
    [InlineData("GET /elsewhere HTTP/1.1", "Sec-WebSocket-Protocol: amqp", "404")]
    [InlineData("GET /$servicebus/websocket HTTP/1.1", "X-Other: x", "400")]
    [InlineData("GET /$servicebus/websocket HTTP/1.1", "Sec-WebSocket-Protocol: mqtt", "400")]
    public async Task WebSocket_WithAnotherPathOrSubprotocol_IsRefused(string request, string header, string status)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var broker = await StartAsync(ct);

        var answer = await AskAsync(broker, $"{request}\r\nHost: localhost\r\nSec-WebSocket-Key: x\r\n{header}", ct);

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("https://evil.example")]
    [InlineData("http://localhost:8080")]
    [InlineData("null")]
    public async Task WebSocket_FromAWebPage_IsRefused(string origin)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var broker = await StartAsync(ct);

        var answer = await AskAsync(broker, Upgrade($"Host: localhost:{broker.Port}\r\nOrigin: {origin}"), ct);

        Assert.StartsWith("HTTP/1.1 403 ", answer, StringComparison.Ordinal);
        Assert.EndsWith($"This broker does not serve web pages (Origin: {origin}).", answer, StringComparison.Ordinal);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("Host: localhost", "101")]
    [InlineData("Host: LOCALHOST:5672", "101")]
    [InlineData("Host: 127.0.0.1:5672", "101")]
    [InlineData("Host: 127.8.9.10", "101")]
    [InlineData("Host: [::1]:5672", "101")]
    [InlineData("Host: [::1]", "101")]
    [InlineData("Host: evil.example:5672", "403")]
    [InlineData("Host: localhost.evil.example", "403")]
    [InlineData("Host: 192.0.2.1", "403")]
    [InlineData("X-Other: localhost", "403")]
    public async Task WebSocket_ToAHost_IsTakenOnlyIfItIsThisMachine(string header, string status)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var broker = await StartAsync(ct);

        Assert.StartsWith($"HTTP/1.1 {status} ", await AskAsync(broker, Upgrade(header), ct), StringComparison.Ordinal);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("GET /$Resources/Queues HTTP/1.1\r\nHost: localhost")]
    [InlineData("PUT /q HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("DELETE /q HTTP/1.1\r\nHost: localhost")]
    public async Task Http_ForAdministration_IsToldThatThereIsNone(string request)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var broker = await StartAsync(ct);

        var answer = await AskAsync(broker, request, ct);

        Assert.StartsWith("HTTP/1.1 501 ", answer, StringComparison.Ordinal);
        Assert.Contains("This broker has no administration over HTTP", answer, StringComparison.Ordinal);
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
            Options = o =>
                o.RemoteCertificateValidationCallback = (_, c, _, _) => certificate.Thumbprint.Equals(c!.GetCertHashString(), StringComparison.Ordinal),
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

    private static string Upgrade(string headers) =>
        $"GET /$servicebus/websocket HTTP/1.1\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Protocol: amqp\r\n{headers}";

    /// <summary>Sends a request's head, and says no more; the answer is read to its end.</summary>
    private static async Task<string> AskAsync(EmbeddedBroker broker, string request, CancellationToken ct)
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, broker.Port, ct);
        using var reader = new StreamReader(client.GetStream());
        await reader.BaseStream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(request + "\r\n\r\n"), ct);
        client.Client.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        return await reader.ReadToEndAsync(ct);
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
