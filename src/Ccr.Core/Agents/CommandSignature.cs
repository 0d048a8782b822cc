using System.Security.Cryptography;

namespace Ccr.Core.Agents;

/// <summary>
/// Signs commands with a key that only the processor and the agents of one site have, so that the right to send to the site's queue is not enough to
/// have a machine pushed.
/// </summary>
public static class CommandSignature
{
    /// <summary>The shortest key: as long as the hash (RFC 2104 discourages shorter ones).</summary>
    private const int ShortestKey = 32;

    /// <summary>Signs a command with the first of a site's keys; without keys it stays unsigned.</summary>
    public static AgentCommand Sign(AgentCommand command, IReadOnlyList<SigningKey> keys)
    {
        var unsigned = command with { Signature = null };
        return keys.Count == 0 ? unsigned : unsigned with { Signature = Convert.ToHexStringLower(keys[0].Hash(unsigned.Write())) };
    }

    /// <summary>Whether a command is signed with one of the keys; without keys every command is believed.</summary>
    public static bool IsValid(AgentCommand command, IReadOnlyList<SigningKey> keys)
    {
        if (keys.Count == 0) return true;

        var signature = new byte[SHA256.HashSizeInBytes];
        if (command.Signature is not { Length: 2 * SHA256.HashSizeInBytes } text) return false;
        if (Convert.FromHexString(text, signature, out _, out _) != System.Buffers.OperationStatus.Done) return false;

        var content = (command with { Signature = null }).Write();
        return keys.Any(key => CryptographicOperations.FixedTimeEquals(key.Hash(content), signature));
    }

    /// <summary>Reads a key: Base64 of 32 bytes or more, as <c>openssl rand -base64 32</c> makes it. Null when it is none.</summary>
    public static SigningKey? ReadKey(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) && length >= ShortestKey ? new SigningKey(bytes[..length]) : null;
    }
}

/// <summary>One key of a site; it never shows itself.</summary>
public sealed class SigningKey
{
    private readonly byte[] _key;

    internal SigningKey(byte[] key) => _key = key;

    internal byte[] Hash(ReadOnlySpan<byte> content) => HMACSHA256.HashData(_key, content);
}
