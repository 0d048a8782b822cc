using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Ccr.Core.Tests.Support;

/// <summary>A certificate authority for one test, and what it issues.</summary>
internal sealed class TestCertificates : IDisposable
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly List<X509Certificate2> _issued = [];

    public TestCertificates()
    {
        var request = new CertificateRequest("CN=Test CA", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        Authority = request.CreateSelfSigned(Now.AddYears(-1), Now.AddYears(1));
    }

    public X509Certificate2 Authority { get; }

    public X509Certificate2 Issue(IPAddress? address = null, int validFromDay = -1, int validToDay = 1)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(address ?? IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(
            Authority, Now.AddDays(validFromDay), Now.AddDays(validToDay), RandomNumberGenerator.GetBytes(8));
        using var withKey = certificate.CopyWithPrivateKey(key);
        var issued = X509CertificateLoader.LoadPkcs12(
            withKey.Export(X509ContentType.Pkcs12), password: null, X509KeyStorageFlags.Exportable);
        _issued.Add(issued);
        return issued;
    }

    public void Dispose()
    {
        foreach (var certificate in _issued) certificate.Dispose();
        Authority.Dispose();
        _key.Dispose();
    }
}
