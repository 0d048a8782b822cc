using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Ccr.Core.ManagementPoints;

/// <summary>Reads the certificate files that the configuration names.</summary>
internal static class CertificateFiles
{
    /// <exception cref="CryptographicException">The file holds no certificate.</exception>
    public static X509Certificate2Collection ReadAuthorities(string file)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(file);
        return authorities.Count > 0
            ? authorities
            : throw new CryptographicException($"'{file}' holds no certificate; write the path of a PEM file.");
    }

    /// <exception cref="CryptographicException">The file holds no certificate with its key, or the password is wrong.</exception>
    public static X509Certificate2 ReadWithKey(string file, string? keyFile, string? password)
    {
        if (Path.GetExtension(file).ToUpperInvariant() is ".PFX" or ".P12")
        {
            var certificate = X509CertificateLoader.LoadPkcs12FromFile(file, password);
            return certificate.HasPrivateKey
                ? certificate
                : throw new CryptographicException($"'{file}' holds no private key; export the certificate with its key.");
        }

        using var read = password is null
            ? X509Certificate2.CreateFromPemFile(file, keyFile)
            : X509Certificate2.CreateFromEncryptedPemFile(file, password, keyFile);

        // Windows cannot use a key for TLS that was never imported.
        return X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), password: null);
    }
}
