namespace Ccr.Core.Agents;

/// <summary>
/// Signs commands with a key that only the processor and the agents of one site have, so that the right to send to the site's queue is not enough to
/// have a machine pushed.
/// </summary>
public static class CommandSignature
{
    /// <summary>Signs a command with the first of a site's keys; without keys it stays unsigned.</summary>
    public static AgentCommand Sign(AgentCommand command, IReadOnlyList<SigningKey> keys)
    {
        var unsigned = command with { Signature = null };
        return unsigned with { Signature = SigningKey.Sign(unsigned.Write(), keys) };
    }

    /// <summary>Whether a command is signed with one of the keys, or need not be signed.</summary>
    public static bool IsValid(AgentCommand command, IReadOnlyList<SigningKey> keys, bool allowUnsigned = false) =>
        SigningKey.IsValid((command with { Signature = null }).Write(), command.Signature, keys, allowUnsigned);
}
