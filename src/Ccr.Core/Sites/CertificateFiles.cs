using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Ccr.Core.Sites;

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

    /// <exception cref="CryptographicException">Neither store holds such a certificate with its key.</exception>
    public static X509Certificate2 FindInStore(string thumbprint)
    {
        foreach (var location in new[] { StoreLocation.CurrentUser, StoreLocation.LocalMachine })
        {
            using var store = new X509Store(StoreName.My, location);
            try
            {
                store.Open(OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
            }
            catch (CryptographicException)
            {
                // There is no such store: on Linux the computer has none of its own.
                continue;
            }

            // Expired ones too: they are refused with a better word by whom they are shown to.
            if (store.Certificates.Find(X509FindType.FindByThumbprint, thumbprint, validOnly: false)
                .FirstOrDefault(found => found.HasPrivateKey) is { } certificate)
            {
                return certificate;
            }
        }

        throw new CryptographicException($"no store of this account or of the computer holds a certificate with its key and the thumbprint '{thumbprint}'");
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
