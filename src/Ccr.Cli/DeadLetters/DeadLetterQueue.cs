using Azure.Messaging.ServiceBus;

namespace Ccr.Cli.DeadLetters;

/// <summary>The dead letters of the requests queue, for a person to look at and to send again.</summary>
internal sealed class DeadLetterQueue(ServiceBusConnection connection) : IAsyncDisposable
{
    private const int PageSize = 100;

    /// <summary>How long to wait for the next message: what is there comes at once.</summary>
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(2);

    private readonly EntityReceiver _deadLetters = connection.CreateReceiver(EntityPath.DeadLetterQueue(Entities.Requests));

    /// <summary>What the sender of a dead letter put on it, without what its dead-lettering added.</summary>
    public static Dictionary<string, object> PropertiesAsSent(ServiceBusReceivedMessage letter) => letter.ApplicationProperties
        .Where(property => property.Key is not ("DeadLetterReason" or "DeadLetterErrorDescription"))
        .ToDictionary(StringComparer.Ordinal);

    /// <summary>Looks at dead letters without taking them, oldest first.</summary>
    public async Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekAsync(long from, int max, CancellationToken cancellationToken)
    {
        var messages = new List<ServiceBusReceivedMessage>();
        while (messages.Count < max && await _deadLetters.PeekAsync(from, Math.Min(PageSize, max - messages.Count), cancellationToken) is { Count: > 0 } page)
        {
            messages.AddRange(page);
            from = page[^1].SequenceNumber + 1;
        }

        return messages;
    }

    /// <summary>
    /// Sends dead letters again and takes them from the queue, in this order: an interruption leaves one too many, which the request's id makes
    /// harmless, and never none. What is dead-lettered again meanwhile is left alone.
    /// </summary>
    /// <returns>The sequence numbers of those that were sent.</returns>
    public async Task<IReadOnlyList<long>> RedriveAsync(Func<ServiceBusReceivedMessage, bool> isMeant, CancellationToken cancellationToken)
    {
        await using var requests = connection.CreateSender(Entities.Requests);
        var meant = (await PeekAsync(0, int.MaxValue, cancellationToken)).Where(isMeant).Select(letter => letter.SequenceNumber).ToHashSet();
        var sent = new List<long>();
        var others = new List<ServiceBusReceivedMessage>();
        try
        {
            // Others are kept locked until the end, or they would come again at once.
            while (meant.Count > 0 && await _deadLetters.ReceiveAsync(PageSize, Wait, cancellationToken) is { Count: > 0 } page)
            {
                others.AddRange(page.Where(letter => !meant.Contains(letter.SequenceNumber)));
                foreach (var letter in page.Where(letter => meant.Remove(letter.SequenceNumber)))
                {
                    await requests.SendAsync(CopyOf(letter), cancellationToken);
                    await _deadLetters.CompleteAsync(letter, cancellationToken);
                    sent.Add(letter.SequenceNumber);
                }
            }
        }
        finally
        {
            foreach (var other in others) await GiveBackAsync(other);
        }

        return sent;
    }

    public ValueTask DisposeAsync() => _deadLetters.DisposeAsync();

    private static ServiceBusMessage CopyOf(ServiceBusReceivedMessage letter)
    {
        var copy = DeadLetterRedrive.CopyOf(letter.ToEvent() with { Properties = PropertiesAsSent(letter) }, letter.SequenceNumber);
        var message = new ServiceBusMessage(copy.Body)
        {
            MessageId = copy.MessageId,
            ContentType = copy.ContentType,
            CorrelationId = letter.CorrelationId,
            Subject = letter.Subject,
        };
        return message.With(copy.Properties);
    }

    private async Task GiveBackAsync(ServiceBusReceivedMessage letter)
    {
        try
        {
            await _deadLetters.AbandonAsync(letter, CancellationToken.None);
        }
        catch (MessagingException)
        {
            // Its lock runs out by itself.
        }
    }
}
