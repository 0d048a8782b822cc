using System.Security.Cryptography;
using System.Text.Json;
using Ccr.Core.Text;
using Ccr.Core.Views;

namespace Ccr.Core.Agents;

/// <summary>What the processor wants of an agent that listens on the relay.</summary>
public enum RelayedKind
{
    /// <summary>To carry the command out, unless it did so before, and to say what came of it.</summary>
    Submit,

    /// <summary>To say what became of the command. Nothing is carried out, and what has not begun by then never is.</summary>
    Ask,

    /// <summary>To say its name.</summary>
    Who,

    /// <summary>To say what the site shows of some machines. Nothing is carried out.</summary>
    Look,
}

/// <summary>
/// One question to the agents of a site, which goes through the relay. The signature is over all of it, so that the right to send to the relay is not
/// enough to have a machine pushed.
/// </summary>
public sealed record RelayedSubmission
{
    /// <summary>The version that this program writes and understands.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Where it goes on the hybrid connection. It says nothing: all that counts is signed, and in the body.</summary>
    public const string Path = "/ccr";

    /// <summary>The value of <see cref="Method"/> for a CCR that a management point of the site writes.</summary>
    public const string ManagementPoint = "ManagementPoint";

    /// <summary>How long a question is good for. The relay itself gives an exchange up after 60 seconds.</summary>
    private static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(1);

    /// <summary>The version of the format. An agent refuses another version than its own.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>What is wanted.</summary>
    public required RelayedKind Kind { get; init; }

    /// <summary>How the CCR is to be made.</summary>
    public string Method { get; init; } = ManagementPoint;

    /// <summary>The key of the site.</summary>
    public required string Site { get; init; }

    /// <summary>
    /// The <see cref="RelayedVerdict.Instance"/> of the one agent that may carry the command out. The relay picks one of the agents for each exchange, and
    /// each has a journal of its own, so a copy of the question that reaches another agent must do nothing there.
    /// </summary>
    public string? For { get; init; }

    /// <summary>
    /// A random text that no other question has. The answer repeats it, so that an answer to an earlier question proves nothing, and an agent begins what
    /// it is asked for once only for each of them.
    /// </summary>
    public required string Nonce { get; init; }

    /// <summary>When an earlier question is asked about: its nonce.</summary>
    public string? About { get; init; }

    /// <summary>When it was asked, by the processor's clock.</summary>
    public required DateTimeOffset Issued { get; init; }

    /// <summary>After this no agent answers it any more.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>The request that is to be carried out, or that is asked about. Its own signature is left out.</summary>
    public AgentCommand? Command { get; init; }

    /// <summary>The machines that are to be looked at.</summary>
    public IReadOnlyList<LookedFor>? Machines { get; init; }

    /// <summary>The HMAC-SHA256 of all the rest in hexadecimal digits.</summary>
    public string? Signature { get; init; }

    /// <summary>A question to the agents of a site that is asked now; it is not signed yet.</summary>
    public static RelayedSubmission Of(RelayedKind kind, string site, DateTimeOffset now, AgentCommand? command = null) => new()
    {
        Kind = kind,
        Site = site,
        Nonce = RandomNumberGenerator.GetHexString(32, lowercase: true),
        Issued = now,
        Expires = now + GoodFor,
        Command = command is null ? null : command with { Signature = null },
    };

    /// <summary>Reads a question out of a body, or returns null when it is none of ours.</summary>
    public static RelayedSubmission? Read(ReadOnlySpan<byte> body) => JsonBody.Read(body, AgentJson.Default.RelayedSubmission);

    /// <summary>The question once the first of a site's keys has signed it.</summary>
    public RelayedSubmission Sign(IReadOnlyList<SigningKey> keys)
    {
        var unsigned = this with { Signature = null };
        return unsigned with { Signature = SigningKey.Sign(unsigned.Write(), keys) };
    }

    /// <summary>Whether one of a site's keys signed it.</summary>
    public bool IsSigned(IReadOnlyList<SigningKey> keys) =>
        SigningKey.IsValid((this with { Signature = null }).Write(), Signature, keys, allowUnsigned: false);

    /// <summary>The body of the question.</summary>
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, AgentJson.Default.RelayedSubmission);
}
