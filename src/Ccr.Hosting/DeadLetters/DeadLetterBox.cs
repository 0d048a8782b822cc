namespace Ccr.Hosting.DeadLetters;

/// <summary>The dead letters of one entity, for a person to look at and to take.</summary>
public sealed class DeadLetterBox(ServiceBusConnection connection, DeadLetterEntity entity, TimeProvider time) : IAsyncDisposable
{
    /// <summary>How many letters that are not meant are held at a time. They come again as soon as they are let go, and before those behind them.</summary>
    public const int MostOthers = 5000;

    private const int PageSize = 100;

    /// <summary>How long to wait for the next message: what is there comes at once.</summary>
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(2);

    /// <summary>How long others are held, well within the lock of a minute, so that none runs out and comes again meanwhile.</summary>
    private static readonly TimeSpan HoldFor = TimeSpan.FromSeconds(20);

    private readonly EntityReceiver _letters = connection.CreateReceiver(EntityPath.DeadLetterQueue(entity.Path));

    /// <summary>What the sender of a dead letter put on it, without what its dead-lettering added.</summary>
    public static IReadOnlyDictionary<string, object> PropertiesAsSent(ServiceBusReceivedMessage letter) => letter.ApplicationProperties
        .Where(property => property.Key is not ("DeadLetterReason" or "DeadLetterErrorDescription"))
        .ToDictionary(StringComparer.Ordinal);

    /// <summary>Looks at one dead letter without taking it.</summary>
    public async Task<ServiceBusReceivedMessage?> FindAsync(long number, CancellationToken cancellationToken) =>
        await _letters.PeekAsync(number, 1, cancellationToken) is [{ } letter] && letter.SequenceNumber == number ? letter : null;

    /// <summary>Looks at some dead letters from a sequence number on, oldest first.</summary>
    public Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekAsync(long from, int max, CancellationToken cancellationToken) =>
        _letters.PeekAsync(from, max, cancellationToken);

    /// <summary>Looks at all dead letters without taking them, oldest first.</summary>
    public IAsyncEnumerable<ServiceBusReceivedMessage> PeekAllAsync(CancellationToken cancellationToken) => _letters.PeekAllAsync(cancellationToken);

    /// <summary>
    /// Takes just these dead letters, in rounds: the others are held only as long as it takes to get past them, at most <see cref="MostOthers"/> at a time.
    /// A round that comes upon none of these ends it.
    /// </summary>
    /// <param name="meant">Their sequence numbers, fixed by whoever looked at them: what is dead-lettered meanwhile is left alone.</param>
    /// <param name="act">What is done with each before it is gone: an interruption does it twice rather than never.</param>
    /// <param name="progress">Is told now and then how many were taken.</param>
    /// <param name="cancellationToken">Stops between two.</param>
    public async Task<DeadLettersTaken> TakeAsync(
        IReadOnlySet<long> meant, Func<ServiceBusReceivedMessage, CancellationToken, Task> act, Func<int, Task> progress, CancellationToken cancellationToken)
    {
        var left = meant.ToHashSet();
        while (left.Count > 0)
        {
            var before = left.Count;
            var isEnd = await TakeRoundAsync(left, meant.Count, act, progress, cancellationToken);
            if (left.Count == before) return new DeadLettersTaken(meant.Count - left.Count, left, !isEnd);
        }

        return new DeadLettersTaken(meant.Count, left, false);
    }

    /// <summary>Looks where messages are that were sent again: dead-lettered once more, or still on the queue. The others were handled.</summary>
    public async Task<(IReadOnlyList<ServiceBusReceivedMessage> Back, int Waiting)> FindAgainAsync(
        IReadOnlySet<string> sent, CancellationToken cancellationToken)
    {
        // The queue first: what becomes a dead letter between the two looks is seen by the second.
        await using var requests = connection.CreateReceiver(entity.Path);
        var waiting = await requests.PeekAllAsync(cancellationToken).Where(IsOfThem).Select(IdOf).ToHashSetAsync(cancellationToken: cancellationToken);
        var back = await PeekAllAsync(cancellationToken).Where(IsOfThem).ToListAsync(cancellationToken);
        waiting.ExceptWith(back.Select(IdOf));
        return (back, waiting.Count);

        string? IdOf(ServiceBusReceivedMessage message) => DeadLetterRedrive.IdOf(message.ToEvent());
        bool IsOfThem(ServiceBusReceivedMessage message) => IdOf(message) is { } id && sent.Contains(id);
    }

    /// <summary>Why it is a dead letter, as the broker was told.</summary>
    public static string ReasonOf(ServiceBusReceivedMessage letter) => letter.DeadLetterReason ?? "(no reason)";

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _letters.DisposeAsync();

    /// <summary>Takes what it comes upon; true when there is nothing behind the others.</summary>
    private async Task<bool> TakeRoundAsync(
        HashSet<long> left, int all, Func<ServiceBusReceivedMessage, CancellationToken, Task> act, Func<int, Task> progress,
        CancellationToken cancellationToken)
    {
        var others = new Dictionary<long, ServiceBusReceivedMessage>();
        var since = time.GetTimestamp();
        try
        {
            while (left.Count > 0 && others.Count < MostOthers && time.GetElapsedTime(since) < HoldFor)
            {
                if (await _letters.ReceiveAsync(PageSize, Wait, cancellationToken) is not { Count: > 0 } page) return true;

                foreach (var other in page.Where(letter => !left.Contains(letter.SequenceNumber))) others[other.SequenceNumber] = other;
                foreach (var letter in page.Where(letter => left.Contains(letter.SequenceNumber)))
                {
                    await act(letter, cancellationToken);
                    await _letters.CompleteAsync(letter, cancellationToken);
                    left.Remove(letter.SequenceNumber);
                    if ((all - left.Count) % PageSize == 0) await progress(all - left.Count);
                }
            }

            return false;
        }
        finally
        {
            foreach (var some in others.Values.Chunk(PageSize)) await Task.WhenAll(some.Select(GiveBackAsync));
        }
    }

    private async Task GiveBackAsync(ServiceBusReceivedMessage letter)
    {
        try
        {
            await _letters.AbandonAsync(letter, CancellationToken.None);
        }
        catch (MessagingException)
        {
            // Its lock runs out by itself.
        }
    }
}

/// <summary>What was taken of the dead letters that were meant.</summary>
/// <param name="Count">How many.</param>
/// <param name="Left">The sequence numbers of the others.</param>
/// <param name="IsBlocked">Whether so many other letters stand before them that they cannot be come to; else they are gone, or somebody has them.</param>
public sealed record DeadLettersTaken(int Count, IReadOnlySet<long> Left, bool IsBlocked);
