using System.Text.Json;
using Ccr.Core.Results;
using Ccr.Core.Text;
using Ccr.Core.Views;

namespace Ccr.Core.Agents;

/// <summary>
/// An agent's answer to a <see cref="RelayedSubmission"/>: signed like the question, and bound to it by its nonce, so that neither the relay nor whoever
/// may listen on it can end a request, and an answer that was kept proves nothing later.
/// </summary>
public sealed record RelayedVerdict
{
    /// <summary>The version of the format.</summary>
    public int Version { get; init; } = RelayedSubmission.CurrentVersion;

    /// <summary>The nonce of the question.</summary>
    public required string Nonce { get; init; }

    /// <summary>The name of the agent that answers.</summary>
    public required string Agent { get; init; }

    /// <summary>
    /// The identity of the agent's journal, a dot, and a random text that its process drew at its start. What is to be carried out is addressed to it, so
    /// that no question outlives the process that remembers which questions it has seen.
    /// </summary>
    public required string Instance { get; init; }

    /// <summary>Why the question was refused, with the code, in one line; nothing was done then.</summary>
    public string? Refusal { get; init; }

    /// <summary>
    /// What became of the request. Besides the terminal outcomes there are <see cref="Outcome.Deferred"/>, certainly not sent and to be sent again, and
    /// <see cref="Outcome.Dispatched"/>, the agent is still at it. Null: the question was about none, or this agent does not know it.
    /// </summary>
    public ReinstallResult? Result { get; init; }

    /// <summary>What the site shows of the machines that were asked about, by machine; null when nothing was asked, or it could not be looked at.</summary>
    public IReadOnlyDictionary<string, SiteView>? Views { get; init; }

    /// <summary>The HMAC-SHA256 of all the rest in hexadecimal digits.</summary>
    public string? Signature { get; init; }

    /// <summary>The answer once the first of a site's keys has signed it.</summary>
    public RelayedVerdict Sign(IReadOnlyList<SigningKey> keys)
    {
        var unsigned = this with { Signature = null };
        return unsigned with { Signature = SigningKey.Sign(unsigned.Write(), keys) };
    }

    /// <summary>The body of the answer.</summary>
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, AgentJson.Default.RelayedVerdict);

    /// <summary>Reads the answer to a question, and says why when it is not to be believed.</summary>
    public static (RelayedVerdict? Verdict, ReasonCode? Fault) Read(ReadOnlySpan<byte> body, RelayedSubmission question, IReadOnlyList<SigningKey> keys)
    {
        if (JsonBody.Read(body, AgentJson.Default.RelayedVerdict) is not { } verdict
            || !SigningKey.IsValid((verdict with { Signature = null }).Write(), verdict.Signature, keys, allowUnsigned: false))
        {
            return (null, RelayedReasons.NotSigned);
        }

        var isBound = verdict.Nonce == question.Nonce && (verdict.Result is null || verdict.Result.RequestId == question.Command?.RequestId);
        return isBound ? (verdict, null) : (null, RelayedReasons.OtherAnswer);
    }
}
