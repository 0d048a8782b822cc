namespace Ccr.Hosting.Processing;

/// <summary>One entity and what its messages are taken to.</summary>
/// <param name="Entity">The queue or subscription.</param>
/// <param name="Handle">Its handler.</param>
public sealed record EntityRoute(string Entity, MessageHandler Handle)
{
    /// <summary>Events.</summary>
    public static EntityRoute Of(RequestHandler handler) => new(
        Entities.Requests, (message, settlement, stop) => handler.HandleAsync(message.ToEvent(), settlement, stop));

    /// <summary>What agents say they have done.</summary>
    public static EntityRoute Of(AgentResultHandler handler) => new(
        EntityPath.Subscription(Entities.Results, Entities.LedgerSubscription),
        (message, settlement, stop) => handler.HandleAsync(message.ToEvent(), settlement, stop));

    /// <summary>Looks that are due.</summary>
    public static EntityRoute Of(VerificationHandler handler) => new(
        Entities.Verifications, (message, settlement, stop) => handler.HandleAsync(message.ToEvent(), settlement, stop));

    /// <summary>Commands that no agent carried out.</summary>
    public static EntityRoute Of(UndeliveredCommandHandler handler) => new(
        Entities.AgentUndelivered,
        (message, settlement, stop) => handler.HandleAsync(message.ToEvent(), message.DeadLetterReason, settlement, stop));
}
