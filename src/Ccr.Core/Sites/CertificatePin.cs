using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Ccr.Core.Sites;

/// <summary>The SHA-256 that a certificate, or its public key, must have.</summary>
public sealed class CertificatePin
{
    private const string KeyPrefix = "sha256/";

    private readonly byte[] _hash;
    private readonly bool _ofKey;

    private CertificatePin(byte[] hash, bool ofKey) => (_hash, _ofKey) = (hash, ofKey);

    /// <summary>
    /// Reads 64 hexadecimal digits, with or without colons (the certificate), or <c>sha256/</c> and Base64 (its public key, the DER of
    /// SubjectPublicKeyInfo).
    /// </summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out CertificatePin? pin)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ofKey = text.StartsWith(KeyPrefix, StringComparison.Ordinal);
        var hash = new byte[SHA256.HashSizeInBytes];
        var read = ofKey
            ? Convert.TryFromBase64String(text[KeyPrefix.Length..], hash, out var written) && written == hash.Length
            : text.Replace(":", "", StringComparison.Ordinal) is { Length: 2 * SHA256.HashSizeInBytes } digits
                && Convert.FromHexString(digits, hash, out _, out _) == System.Buffers.OperationStatus.Done;
        pin = read ? new CertificatePin(hash, ofKey) : null;
        return read;
    }

    /// <summary>Whether a certificate is the pinned one.</summary>
    public bool Matches(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return _hash.AsSpan().SequenceEqual(SHA256.HashData(_ofKey ? certificate.PublicKey.ExportSubjectPublicKeyInfo() : certificate.RawData));
    }
}
