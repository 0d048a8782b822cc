namespace Ccr.Hosting.Messaging;

/// <summary>Looks at the requests queue and its dead letters.</summary>
internal sealed class QueueView(ServiceBusConnection connection, TimeProvider time) : IRequestView, IAsyncDisposable
{
    private readonly EntityReceiver _requests = connection.CreateReceiver(Entities.Requests);
    private readonly EntityReceiver _deadLetters = connection.CreateReceiver(EntityPath.DeadLetterQueue(Entities.Requests));

    public async Task<DateTimeOffset?> FindOldestAsync(CancellationToken cancellationToken)
    {
        // A scheduled message is shown with the time of its arrival, which is yet to come.
        var peeked = await _requests.PeekAsync(0, 1, cancellationToken);
        return peeked.Count > 0 && peeked[0].EnqueuedTime <= time.GetUtcNow() ? peeked[0].EnqueuedTime : null;
    }

    public async Task<IReadOnlyList<DeadLetter>> PeekDeadLettersAsync(long fromSequenceNumber, int max, CancellationToken cancellationToken)
    {
        var messages = await _deadLetters.PeekAsync(fromSequenceNumber, max, cancellationToken);
        return
        [
            .. messages.Select(message =>
                new DeadLetter(message.SequenceNumber, message.ToEvent(), message.DeadLetterReason, message.DeadLetterErrorDescription)),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        await _requests.DisposeAsync();
        await _deadLetters.DisposeAsync();
    }
}
