using System.Security.Cryptography;
using System.Text.Json;
using Ccr.Core.Text;
using Ccr.Core.Views;

namespace Ccr.Core.Agents;

/// <summary>What an agent is asked to look at: machines by name, and the key of a site. It asks for nothing to be done.</summary>
public sealed record AgentLook
{
    /// <summary>The version that this program writes and understands.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The most machines that one look names.</summary>
    public const int MostMachines = 50;

    /// <summary>How long an agent may take until it answers: a look that waited for longer shows nothing that the next one does not show as well.</summary>
    public static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(30);

    /// <summary>The version of the format. An agent refuses another version than its own.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>A random text that no other look has; the answer repeats it. The message's id too.</summary>
    public required string Nonce { get; init; }

    /// <summary>The key of the site.</summary>
    public required string Site { get; init; }

    /// <summary>The machines.</summary>
    public required IReadOnlyList<LookedFor> Machines { get; init; }

    /// <summary>When it was asked, by the processor's clock.</summary>
    public required DateTimeOffset Issued { get; init; }

    /// <summary>After this no agent answers it any more.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>The HMAC-SHA256 of all the rest in hexadecimal digits, when the site has a key.</summary>
    public string? Signature { get; init; }

    /// <summary>A look that is asked now; it is not signed yet.</summary>
    public static AgentLook Of(string site, IReadOnlyList<LookedFor> machines, DateTimeOffset now) => new()
    {
        Nonce = RandomNumberGenerator.GetHexString(32, lowercase: true),
        Site = site,
        Machines = machines,
        Issued = now,
        Expires = now + GoodFor,
    };

    /// <summary>Reads a look out of a message's body, or returns null when it is none of ours.</summary>
    public static AgentLook? Read(ReadOnlySpan<byte> body) => JsonBody.Read(body, AgentJson.Default.AgentLook);

    /// <summary>The look once the first of a site's keys has signed it.</summary>
    public AgentLook Sign(IReadOnlyList<SigningKey> keys)
    {
        var unsigned = this with { Signature = null };
        return unsigned with { Signature = SigningKey.Sign(unsigned.Write(), keys) };
    }

    /// <summary>Whether one of a site's keys signed it, or it need not be signed.</summary>
    public bool IsSigned(IReadOnlyList<SigningKey> keys, bool allowUnsigned) =>
        SigningKey.IsValid((this with { Signature = null }).Write(), Signature, keys, allowUnsigned);

    /// <summary>The body of its message.</summary>
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, AgentJson.Default.AgentLook);
}
