using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Ccr.Hosting.ServiceBus;

/// <summary>Trusts, besides what the machine trusts, the authorities in one PEM file.</summary>
internal sealed class ServerTrust(X509Certificate2Collection authorities)
{
    /// <summary>Reads the authorities of a file.</summary>
    public static ServerTrust Load(string path)
    {
        X509Certificate2Collection authorities = [];
        authorities.ImportFromPemFile(path);
        return new ServerTrust(authorities);
    }

    /// <summary>What is wrong with a file, or null.</summary>
    public static string? FindFault(string path)
    {
        try
        {
            return Load(path).IsEmpty ? $"{path} has no certificate." : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return $"{path} cannot be read ({exception.Message.TrimEnd('.')}).";
        }
    }

    private bool IsEmpty => authorities.Count == 0;

    /// <summary>A <see cref="RemoteCertificateValidationCallback"/>: only the unknown authority can be made good.</summary>
    public bool Validate(object _, X509Certificate? certificate, X509Chain? presented, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None) return true;
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is not X509Certificate2 server) return false;

        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);

        // A private authority rarely publishes revocation lists that an on-premises host can fetch.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        foreach (var element in presented?.ChainElements.Select(element => element.Certificate) ?? []) chain.ChainPolicy.ExtraStore.Add(element);
        return chain.Build(server);
    }
}
