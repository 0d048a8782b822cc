using System.Security.Cryptography;

namespace Ccr.Core.Agents;

/// <summary>One key of a site; it never shows itself.</summary>
public sealed class SigningKey
{
    /// <summary>The shortest key: as long as the hash (RFC 2104 discourages shorter ones).</summary>
    private const int ShortestKey = 32;

    private readonly byte[] _key;

    private SigningKey(byte[] key) => _key = key;

    /// <summary>Reads a key: Base64 of 32 bytes or more, as <c>openssl rand -base64 32</c> makes it. Null when it is none.</summary>
    public static SigningKey? Read(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) && length >= ShortestKey ? new SigningKey(bytes[..length]) : null;
    }

    /// <summary>The signature of what is said, by the first of a site's keys: HMAC-SHA256 in hexadecimal digits. Null without keys.</summary>
    internal static string? Sign(ReadOnlySpan<byte> content, IReadOnlyList<SigningKey> keys) =>
        keys.Count == 0 ? null : Convert.ToHexStringLower(HMACSHA256.HashData(keys[0]._key, content));

    /// <summary>
    /// Whether one of a site's keys made a signature. What has none, or cannot be checked since there are no keys, counts only where that is allowed.
    /// </summary>
    internal static bool IsValid(ReadOnlyMemory<byte> content, string? signature, IReadOnlyList<SigningKey> keys, bool allowUnsigned)
    {
        if (signature is null || keys.Count == 0) return allowUnsigned;

        var given = new byte[SHA256.HashSizeInBytes];
        return signature.Length == 2 * SHA256.HashSizeInBytes
            && Convert.FromHexString(signature, given, out _, out _) == System.Buffers.OperationStatus.Done
            && keys.Any(key => CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key._key, content.Span), given));
    }
}
