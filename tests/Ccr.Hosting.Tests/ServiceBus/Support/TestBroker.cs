using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ccr.EmbeddedServiceBus;
using Ccr.EmbeddedServiceBus.Configuration;
using Ccr.Hosting.ServiceBus;

namespace Ccr.Hosting.Tests.ServiceBus.Support;

/// <summary>Embedded brokers with a few entities, and connections to them that do not wait for long.</summary>
internal static class TestBroker
{
    public const string Key = "c2VjcmV0";

    public static Task<EmbeddedBroker> StartAsync(
        string? key = null, X509Certificate2? certificate = null, TimeProvider? time = null, int port = 0, Action<ServiceBusConfig>? configure = null,
        int maxMessages = 1000)
    {
        var config = new ServiceBusConfig();
        config.AddQueue("q");
        config.AddTopic("t", "s");
        configure?.Invoke(config);
        return EmbeddedBroker.StartAsync(new EmbeddedBrokerOptions
        {
            Config = config,
            Port = port,
            SharedAccessKey = key,
            Certificate = certificate,
            TimeProvider = time ?? TimeProvider.System,
            MaxEntityMessages = maxMessages,
        });
    }

    /// <summary>Options that give up and try again soon, so that a test of a fault does not take long.</summary>
    public static ServiceBusOptions Hasty(string connection)
    {
        var options = ServiceBusOptions.For(connection);
        (options.ReconnectDelay, options.MaxReconnectDelay, options.OperationTimeout) = (
            TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(20));
        return options;
    }

    public static string ConnectionString(int port, string key = "any", bool tls = false) =>
        $"Endpoint=sb://localhost:{port};SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey={key}{(tls ? "" : ";UseDevelopmentEmulator=true")}";

    /// <summary>A throw-away certificate for a host, signed by itself, that is not valid for long.</summary>
    public static X509Certificate2 CreateCertificate(string host)
    {
        using var key = RSA.Create(2048);
        CertificateRequest request = new($"CN={host}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddHours(-1), now.AddHours(1));

        // Without the detour over PKCS#12, Windows' TLS cannot use the key.
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }

    /// <summary>Writes a certificate, without its key, to a file of its own.</summary>
    public static string WritePem(X509Certificate2 certificate)
    {
        var path = Path.Combine(Path.GetTempPath(), $"ccr-{Guid.NewGuid():N}.pem");
        File.WriteAllText(path, certificate.ExportCertificatePem());
        return path;
    }
}
