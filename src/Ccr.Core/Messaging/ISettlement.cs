namespace Ccr.Core.Messaging;

/// <summary>Settles one received message, once, over whatever the host talks to its broker with.</summary>
public interface ISettlement
{
    /// <summary>The message was handled: removes it.</summary>
    Task CompleteAsync(CancellationToken cancellationToken);

    /// <summary>Gives the message back; it is delivered again.</summary>
    Task AbandonAsync(CancellationToken cancellationToken);

    /// <summary>Moves the message to the dead-letter queue.</summary>
    Task DeadLetterAsync(string reason, string description, CancellationToken cancellationToken);
}
