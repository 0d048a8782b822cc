using Ccr.Core.Results;

namespace Ccr.Core.Agents;

/// <summary>
/// The message by which an agent says what came of a command: signed like the command, so that the right to send to the results topic is not enough to
/// end a request.
/// </summary>
public static class AgentResult
{
    /// <summary>The application property that brings the message to the ledger.</summary>
    private const string Via = "via";

    /// <summary>The application property with the signature of the body as it was sent, by the key of the result's site.</summary>
    private const string Signature = "signature";

    /// <summary>Enough of the signature that nobody guesses it.</summary>
    private const int SignatureInId = 16;

    /// <summary>Makes the message, signed with the first of the site's keys; without keys it stays unsigned.</summary>
    /// <remarks>
    /// The topic drops a message whose id it knows. The signature in the id keeps others from sending something else under it first.
    /// </remarks>
    public static ResultMessage Write(ReinstallResult result, IReadOnlyList<SigningKey> keys) => Seal(ResultMessage.From(result), keys);

    /// <summary>Signs a message of an agent, and marks it as one.</summary>
    internal static ResultMessage Seal(ResultMessage message, IReadOnlyList<SigningKey> keys)
    {
        var properties = new Dictionary<string, object>(message.Properties, StringComparer.Ordinal) { [Via] = "agent" };
        if (SigningKey.Sign(message.Body.Span, keys) is not { } signature) return message with { Properties = properties };

        properties[Signature] = signature;
        return message with { MessageId = $"{message.MessageId}-{signature[..SignatureInId]}", Properties = properties };
    }

    /// <summary>Whether a message with this body and these properties is signed with one of the keys, or need not be signed.</summary>
    public static bool IsValid(
        ReadOnlyMemory<byte> body, IReadOnlyDictionary<string, object> properties, IReadOnlyList<SigningKey> keys, bool allowUnsigned) =>
        SigningKey.IsValid(body, properties.GetValueOrDefault(Signature) as string, keys, allowUnsigned);
}
