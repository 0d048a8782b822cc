using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ccr.EmbeddedServiceBus;
using Ccr.EmbeddedServiceBus.Configuration;

namespace Ccr.ServiceBus.Tests.Support;

/// <summary>Starts embedded brokers with the entities of the contract.</summary>
internal static class TestBroker
{
    public static ServiceBusConfig Entities =>
        ServiceBusConfig.Load(Path.Combine(AppContext.BaseDirectory, "Contract", "entities.json"));

    public static Task<EmbeddedBroker> StartAsync(
        string? key = null, X509Certificate2? certificate = null, TimeProvider? time = null, string? data = null) =>
        EmbeddedBroker.StartAsync(new EmbeddedBrokerOptions
        {
            Config = Entities,
            SharedAccessKey = key,
            Certificate = certificate,
            TimeProvider = time ?? TimeProvider.System,
            DataDirectory = data,
        });

    /// <summary>A connection string for a broker that speaks TLS, or that is behind a relay.</summary>
    public static string ConnectionString(int port, string key = "any", bool tls = false) =>
        $"Endpoint=sb://localhost:{port};SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey={key}" +
        (tls ? "" : ";UseDevelopmentEmulator=true");

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
