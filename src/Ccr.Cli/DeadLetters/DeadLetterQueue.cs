using Ccr.Core.Messaging;
using Ccr.Hosting;
using Ccr.ServiceBus;

namespace Ccr.Cli.DeadLetters;

/// <summary>The dead letters of the requests queue, for a person to look at and to send again.</summary>
internal sealed class DeadLetterQueue(ServiceBusConnection connection) : IAsyncDisposable
{
    private const int PageSize = 100;

    /// <summary>How long to wait for the next message: what is there comes at once.</summary>
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(2);

    private readonly MessageReceiver _deadLetters = connection.CreateReceiver(EntityPath.DeadLetterQueue(Entities.Requests));

    /// <summary>Looks at dead letters without taking them, oldest first.</summary>
    public async Task<IReadOnlyList<ReceivedMessage>> PeekAsync(long from, int max, CancellationToken cancellationToken)
    {
        var messages = new List<ReceivedMessage>();
        while (messages.Count < max
            && await _deadLetters.PeekAsync(from, Math.Min(PageSize, max - messages.Count), cancellationToken) is { Count: > 0 } page)
        {
            messages.AddRange(page);
            from = page[^1].SequenceNumber + 1;
        }

        return messages;
    }

    /// <summary>
    /// Sends dead letters again and takes them from the queue, in this order: an interruption leaves one too many, which
    /// duplicate detection and the request's id make harmless, and never none.
    /// </summary>
    /// <returns>The sequence numbers of those that were sent.</returns>
    public async Task<IReadOnlyList<long>> RedriveAsync(Func<ReceivedMessage, bool> isMeant, CancellationToken cancellationToken)
    {
        await using var requests = connection.CreateSender(Entities.Requests);
        var sent = new List<long>();
        var others = new List<LockedMessage>();
        try
        {
            // Others are kept locked until the end, or they would come again at once.
            while (await _deadLetters.ReceiveAsync(PageSize, Wait, cancellationToken) is { Count: > 0 } page)
            {
                others.AddRange(page.Where(letter => !isMeant(letter.Message)));
                foreach (var letter in page.Where(letter => isMeant(letter.Message)))
                {
                    await requests.SendAsync(CopyOf(letter.Message), cancellationToken);
                    await letter.Settlement.CompleteAsync(cancellationToken);
                    sent.Add(letter.Message.SequenceNumber);
                }
            }
        }
        finally
        {
            foreach (var other in others) await other.Settlement.AbandonAsync(cancellationToken: CancellationToken.None);
        }

        return sent;
    }

    public ValueTask DisposeAsync() => _deadLetters.DisposeAsync();

    private static OutgoingMessage CopyOf(ReceivedMessage letter)
    {
        var copy = DeadLetterRedrive.CopyOf(letter.ToEvent() with { Properties = letter.PropertiesAsSent }, letter.SequenceNumber);
        return letter.ToOutgoing(copy.MessageId) with { ApplicationProperties = copy.Properties };
    }
}
