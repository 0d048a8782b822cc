using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Azure;
using Azure.Messaging.ServiceBus;
using Azure.Messaging.ServiceBus.Administration;
using Ccr.EmbeddedServiceBus.Configuration;

namespace Ccr.EmbeddedServiceBus.Tests.Contract;

/// <summary>Ways in which Microsoft's client reaches the broker, or is refused by it.</summary>
public sealed class ConnectingTests
{
    private const int Timeout = 60_000;
    private const string Key = "c2VjcmV0";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory(Timeout = Timeout)]
    [InlineData(ServiceBusTransportType.AmqpTcp)]
    [InlineData(ServiceBusTransportType.AmqpWebSockets)]
    public async Task Connect_OverEachTransport_CarriesMessages(ServiceBusTransportType transport)
    {
        await using var broker = await StartAsync();

        await AssertCarriesAsync(broker.ConnectionString, transport);
    }

    [Fact(Timeout = Timeout)]
    public async Task Connect_OverTls_CarriesMessages()
    {
        using var certificate = Certificate();
        await using var broker = await StartAsync(certificate: certificate);
        await using ServiceBusClient client = new("Endpoint=sb://localhost;SharedAccessKeyName=any;SharedAccessKey=any", new ServiceBusClientOptions
        {
            CustomEndpointAddress = new Uri($"sb://localhost:{broker.Port}"),
            CertificateValidationCallback = (_, shown, _, _) => certificate.GetCertHashString() == shown?.GetCertHashString(),
            RetryOptions = { MaxRetries = 0 },
        });

        await AssertCarriesAsync(client);
    }

    [Fact(Timeout = Timeout)]
    public async Task Connect_WithTheRightKey_CarriesMessages()
    {
        await using var broker = await StartAsync(Key);

        await AssertCarriesAsync(broker.ConnectionString);
    }

    [Fact(Timeout = Timeout)]
    public async Task Connect_WithTheWrongKey_IsUnauthorized()
    {
        await using var broker = await StartAsync(Key);
        await using var client = Client(broker.ConnectionString.Replace(Key, "d3Jvbmc=", StringComparison.Ordinal));
        await using var sender = client.CreateSender("q");
        await using var receiver = client.CreateReceiver("q");

        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => sender.SendMessageAsync(new("refused"), Cancellation));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => receiver.PeekMessageAsync(cancellationToken: Cancellation));
    }

    [Fact(Timeout = Timeout)]
    public async Task Connect_WithASharedAccessSignature_CarriesMessages()
    {
        await using var broker = await StartAsync(Key);

        await AssertCarriesAsync(
            $"Endpoint=sb://127.0.0.1:{broker.Port};SharedAccessSignature={Signature(broker.Port, expiresIn: 300)};UseDevelopmentEmulator=true");
    }

    [Fact(Timeout = Timeout)]
    public async Task Connect_WithAnExpiredSignature_IsUnauthorized()
    {
        await using var broker = await StartAsync(Key);
        await using var client = Client(
            $"Endpoint=sb://127.0.0.1:{broker.Port};SharedAccessSignature={Signature(broker.Port, expiresIn: -300)};UseDevelopmentEmulator=true");
        await using var sender = client.CreateSender("q");

        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => sender.SendMessageAsync(new("refused"), Cancellation));
    }

    [Fact(Timeout = Timeout)]
    public async Task Administration_IsRefusedWithTheReason()
    {
        await using var broker = await StartAsync();
        ServiceBusAdministrationClient administration = new(broker.ConnectionString);

        var reading = await Assert.ThrowsAsync<ServiceBusException>(() => administration.GetQueueAsync("q", Cancellation));
        var creating = await Assert.ThrowsAsync<ServiceBusException>(() => administration.CreateQueueAsync("new", Cancellation));

        Assert.All([reading, creating], fault =>
        {
            Assert.Contains("This broker has no administration over HTTP", fault.Message, StringComparison.Ordinal);
            Assert.Equal(501, Assert.IsType<RequestFailedException>(fault.InnerException).Status);
        });
    }

    private static string Signature(int port, int expiresIn)
    {
        var audience = Uri.EscapeDataString($"sb://127.0.0.1:{port}/");
        var expiry = TimeProvider.System.GetUtcNow().AddSeconds(expiresIn).ToUnixTimeSeconds();
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Key), Encoding.UTF8.GetBytes($"{audience}\n{expiry}"));
        return $"SharedAccessSignature sr={audience}&sig={Uri.EscapeDataString(Convert.ToBase64String(hash))}&se={expiry}&skn=RootManageSharedAccessKey";
    }

    private static async Task AssertCarriesAsync(string connectionString, ServiceBusTransportType transport = ServiceBusTransportType.AmqpTcp)
    {
        await using var client = Client(connectionString, transport);
        await AssertCarriesAsync(client);
    }

    private static async Task AssertCarriesAsync(ServiceBusClient client)
    {
        await using var sender = client.CreateSender("q");
        await sender.SendMessageAsync(new("through"), Cancellation);
        await using var receiver = client.CreateReceiver("q");
        var message = await receiver.ReceiveMessageAsync(cancellationToken: Cancellation);
        await receiver.CompleteMessageAsync(message, Cancellation);
        Assert.Equal("through", message.Body.ToString());
    }

    private static ServiceBusClient Client(string connectionString, ServiceBusTransportType transport = ServiceBusTransportType.AmqpTcp) =>
        new(connectionString, new ServiceBusClientOptions { TransportType = transport, RetryOptions = { MaxRetries = 0 } });

    private static Task<EmbeddedBroker> StartAsync(string? key = null, X509Certificate2? certificate = null) => EmbeddedBroker.StartAsync(
        new EmbeddedBrokerOptions { Config = new ServiceBusConfig().AddQueue("q"), SharedAccessKey = key, Certificate = certificate },
        ct: Cancellation);

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        return new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
