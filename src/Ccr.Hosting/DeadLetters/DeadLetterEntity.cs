namespace Ccr.Hosting.DeadLetters;

/// <summary>An entity of ours whose dead letters a person may have to look at.</summary>
/// <param name="Name">What it is called: <c>ccr-requests</c>, or <c>ccr-results/ledger</c> for a subscription.</param>
/// <param name="Path">Its path.</param>
/// <param name="SendTo">Where its messages are sent again: its queue or its topic.</param>
public sealed record DeadLetterEntity(string Name, string Path, string SendTo)
{
    /// <summary>Events that could not be handled.</summary>
    public static DeadLetterEntity Requests { get; } = new(Entities.Requests, Entities.Requests, Entities.Requests);

    /// <summary>All of them. Commands of agents are not among them: theirs are forwarded to the queue of undelivered ones.</summary>
    /// <remarks>What is sent again to the topic reaches every subscription once more, under an id of its own: who reads results tells them by the request id.</remarks>
    public static IReadOnlyList<DeadLetterEntity> All { get; } =
    [
        Requests,
        new(Entities.AgentUndelivered, Entities.AgentUndelivered, Entities.AgentUndelivered),
        new(Entities.Verifications, Entities.Verifications, Entities.Verifications),
        new($"{Entities.Results}/{Entities.LedgerSubscription}", EntityPath.Subscription(Entities.Results, Entities.LedgerSubscription), Entities.Results),
    ];

    /// <summary>The message that is sent again for a dead letter. Sent twice, it has one id.</summary>
    public ServiceBusMessage CopyOf(ServiceBusReceivedMessage letter)
    {
        var dead = letter.ToEvent() with { Properties = DeadLetterBox.PropertiesAsSent(letter) };
        var copy = this == Requests
            ? DeadLetterRedrive.CopyOf(dead, letter.SequenceNumber)
            : DeadLetterRedrive.PlainCopyOf(dead, letter.SequenceNumber);
        var message = new ServiceBusMessage(copy.Body)
        {
            MessageId = copy.MessageId,
            ContentType = copy.ContentType,
            CorrelationId = letter.CorrelationId,
            Subject = letter.Subject,
        };
        return message.With(copy.Properties);
    }
}
