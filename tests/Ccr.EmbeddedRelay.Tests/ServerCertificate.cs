using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Ccr.EmbeddedRelay.Tests;

/// <summary>A certificate for this machine that is its own authority, and the file by which it is trusted.</summary>
internal sealed class ServerCertificate : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ccr-relay-");

    public ServerCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=embedded relay", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        WithKey = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), password: null);
        File = Path.Combine(_folder.FullName, "ca.pem");
        System.IO.File.WriteAllText(File, made.ExportCertificatePem());
    }

    public X509Certificate2 WithKey { get; }

    public string File { get; }

    public void Dispose()
    {
        WithKey.Dispose();
        _folder.Delete(recursive: true);
    }
}
