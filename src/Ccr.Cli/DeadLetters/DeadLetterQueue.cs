using System.Runtime.CompilerServices;
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

    /// <summary>Looks at one dead letter without taking it.</summary>
    public async Task<ServiceBusReceivedMessage?> FindAsync(long number, CancellationToken cancellationToken) =>
        await _deadLetters.PeekAsync(number, 1, cancellationToken) is [{ } letter] && letter.SequenceNumber == number ? letter : null;

    /// <summary>Looks at all dead letters without taking them, oldest first.</summary>
    public IAsyncEnumerable<ServiceBusReceivedMessage> PeekAllAsync(CancellationToken cancellationToken) => PeekAllAsync(_deadLetters, cancellationToken);

    /// <summary>
    /// Sends dead letters again and takes them from the queue, in this order: an interruption leaves one too many, which the request's id makes
    /// harmless, and never none. What is dead-lettered again meanwhile is left alone.
    /// </summary>
    /// <param name="isMeant">Which of those that are there now.</param>
    /// <param name="progress">Is told now and then how many were sent, and of how many.</param>
    /// <param name="cancellationToken">Stops between two.</param>
    /// <returns>The sequence number of each that was sent, by what tells the message that was sent from all others.</returns>
    public async Task<IReadOnlyDictionary<string, long>> RedriveAsync(
        Func<ServiceBusReceivedMessage, bool> isMeant, Action<int, int> progress, CancellationToken cancellationToken)
    {
        await using var requests = connection.CreateSender(Entities.Requests);
        var meant = await PeekAllAsync(cancellationToken)
            .Where(isMeant).Select(letter => letter.SequenceNumber).ToHashSetAsync(cancellationToken: cancellationToken);
        var all = meant.Count;
        var sent = new Dictionary<string, long>(StringComparer.Ordinal);
        var others = new Dictionary<long, ServiceBusReceivedMessage>();
        try
        {
            // Others are kept locked until the end, or they would come again at once. Once all of them have, what is still meant is not there any more.
            var repeated = 0;
            while (repeated <= others.Count && meant.Count > 0 && await _deadLetters.ReceiveAsync(PageSize, Wait, cancellationToken) is { Count: > 0 } page)
            {
                foreach (var letter in page)
                {
                    if (!meant.Remove(letter.SequenceNumber))
                    {
                        if (!others.TryAdd(letter.SequenceNumber, letter)) repeated++;
                        others[letter.SequenceNumber] = letter;
                        continue;
                    }

                    repeated = 0;
                    var copy = CopyOf(letter);
                    await requests.SendAsync(copy, cancellationToken);
                    await _deadLetters.CompleteAsync(letter, cancellationToken);
                    sent.Add(copy.MessageId, letter.SequenceNumber);
                    if (sent.Count % PageSize == 0) progress(sent.Count, all);
                }
            }
        }
        finally
        {
            foreach (var other in others.Values) await GiveBackAsync(other);
        }

        return sent;
    }

    /// <summary>Looks where messages are that were sent again: dead-lettered once more, or still on the queue. The others were handled.</summary>
    public async Task<(IReadOnlyList<ServiceBusReceivedMessage> Back, int Waiting)> FindAgainAsync(
        IReadOnlyDictionary<string, long> sent, CancellationToken cancellationToken)
    {
        // The queue first: what becomes a dead letter between the two looks is seen by the second.
        await using var requests = connection.CreateReceiver(Entities.Requests);
        var waiting = await PeekAllAsync(requests, cancellationToken).Where(IsOfThem).Select(IdOf).ToHashSetAsync(cancellationToken: cancellationToken);
        var back = await PeekAllAsync(cancellationToken).Where(IsOfThem).ToListAsync(cancellationToken);
        waiting.ExceptWith(back.Select(IdOf));
        return (back, waiting.Count);

        string? IdOf(ServiceBusReceivedMessage message) => DeadLetterRedrive.IdOf(message.ToEvent());
        bool IsOfThem(ServiceBusReceivedMessage message) => IdOf(message) is { } id && sent.ContainsKey(id);
    }

    public ValueTask DisposeAsync() => _deadLetters.DisposeAsync();

    private static async IAsyncEnumerable<ServiceBusReceivedMessage> PeekAllAsync(
        EntityReceiver entity, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var next = 0L;
        while (await entity.PeekAsync(next, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var message in page) yield return message;
            next = page[^1].SequenceNumber + 1;
        }
    }

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
