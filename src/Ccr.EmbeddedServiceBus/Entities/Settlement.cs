namespace Ccr.EmbeddedServiceBus.Entities;

/// <summary>What a receiver decides about a message that it holds.</summary>
internal abstract record Settlement
{
    private Settlement() { }

    /// <summary>The message is done and is deleted.</summary>
    public sealed record Complete : Settlement;

    /// <summary>The message was not looked at: it is given back and no failed delivery is counted.</summary>
    public sealed record Release : Settlement;

    /// <summary>The delivery failed: the message is given back.</summary>
    public sealed record Abandon(IReadOnlyCollection<KeyValuePair<string, object>> Properties) : Settlement;

    /// <summary>The message is put aside, to be received only by its sequence number.</summary>
    public sealed record Defer(IReadOnlyCollection<KeyValuePair<string, object>> Properties) : Settlement;

    /// <summary>The message can never be handled.</summary>
    public sealed record DeadLetter(string? Reason, string? Description, IReadOnlyCollection<KeyValuePair<string, object>> Properties) : Settlement;
}
