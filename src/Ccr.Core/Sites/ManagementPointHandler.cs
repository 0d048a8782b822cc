using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Ccr.Core.Sites;

/// <summary>The server proved who it is, but it is not the one that is pinned.</summary>
internal sealed class CertificateNotPinnedException : Exception
{
    public CertificateNotPinnedException()
        : base("The certificate is not the pinned one.")
    {
    }
}

/// <summary>Makes the handler for one exchange with a management point: it adds nothing, follows nothing and repeats nothing.</summary>
internal static class ManagementPointHandler
{
    private const int MaxHeaderKilobytes = 16;
    private const int MaxBodyBytes = 64 * 1024;

    public static SocketsHttpHandler Create(ManagementPoint managementPoint)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            Credentials = managementPoint.Credentials,
            ConnectTimeout = managementPoint.ConnectTimeout,
            MaxResponseHeadersLength = MaxHeaderKilobytes,

            // A body says nothing that the status has not said. So much of it is read off for the next round of an authentication, which needs the same
            // connection; after that the connection is closed.
            MaxResponseDrainSize = MaxBodyBytes,
            ResponseDrainTimeout = TimeSpan.FromSeconds(1),
        };

        if (managementPoint.Authorities is { } authorities)
        {
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            policy.CustomTrustStore.AddRange(authorities);
            handler.SslOptions.CertificateChainPolicy = policy;
        }

        if (managementPoint.ClientCertificate is { } certificate)
            handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true);

        if (managementPoint.Pin is { } pin)
            handler.PlaintextStreamFilter = (connection, _) => CheckPinAsync(connection.PlaintextStream, pin);

        return handler;
    }

    /// <summary>Runs after the TLS hand-shake and before the first byte of a request.</summary>
    private static ValueTask<Stream> CheckPinAsync(Stream stream, CertificatePin pin) =>
        stream is SslStream { RemoteCertificate: X509Certificate2 certificate } && pin.Matches(certificate)
            ? ValueTask.FromResult(stream)
            : throw new CertificateNotPinnedException();
}
