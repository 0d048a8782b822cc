using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;
using Ccr.Core.Messaging;
using Ccr.Hosting.ServiceBus;

namespace Ccr.Campaign.Truth;

/// <summary>
/// Sends events until the broker takes them, and hears every result on a subscription that nobody else reads. It goes on when the broker is killed and
/// started again.
/// </summary>
internal sealed class Witness : IAsyncDisposable
{
    public const string Requests = "ccr-requests";

    /// <summary>The application property of what the campaign itself forged: it is no answer.</summary>
    public const string Forged = "campaign-forged";

    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(200);

    private readonly TimeSpan _mostPatience;
    private readonly ServiceBusConnection _connection;
    private readonly EntitySender _sender;
    private readonly EntityProcessor _results;
    private readonly EntityReceiver _queue;
    private readonly EntityReceiver _deadLetters;
    private readonly EntityReceiver _looks;
    private readonly EntityReceiver _deadLooks;
    private readonly ConcurrentQueue<Attempt> _attempts = new();
    private readonly ConcurrentQueue<Answer> _answers = new();
    private readonly ConcurrentQueue<Sighting> _sightings = new();
    private readonly ConcurrentDictionary<string, long> _answered = new(StringComparer.Ordinal);

    private Witness(string connection, string subscription, TimeSpan mostPatience)
    {
        _mostPatience = mostPatience;
        var options = ServiceBusOptions.For(connection);
        (options.OperationTimeout, options.ReconnectDelay, options.MaxReconnectDelay) = (
            TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(500));
        _connection = new ServiceBusConnection(options);
        _sender = _connection.CreateSender(Requests);
        _queue = _connection.CreateReceiver(Requests);
        _deadLetters = _connection.CreateReceiver(EntityPath.DeadLetterQueue(Requests));
        _looks = _connection.CreateReceiver(Entities.Verifications);
        _deadLooks = _connection.CreateReceiver(EntityPath.DeadLetterQueue(Entities.Verifications));
        _results = _connection.CreateProcessor(EntityPath.Subscription("ccr-results", subscription), concurrency: 64, HearAsync);
    }

    public IReadOnlyCollection<Attempt> Attempts => _attempts;

    public IReadOnlyCollection<Answer> Answers => _answers;

    /// <summary>The verifications, each as often as it was heard.</summary>
    public IReadOnlyCollection<Sighting> Sightings => _sightings;

    /// <summary>How many events have a terminal result.</summary>
    public int Answered => _answered.Count;

    public static async Task<Witness> StartAsync(string connection, string subscription, TimeSpan mostPatience, CancellationToken cancellationToken)
    {
        var witness = new Witness(connection, subscription, mostPatience);
        await witness._results.StartAsync(cancellationToken);
        return witness;
    }

    /// <summary>When the first terminal result of an event was heard, by a steady clock; null before.</summary>
    public long? AnsweredAt(string eventId) => _answered.TryGetValue(eventId, out var at) ? at : null;

    /// <summary>Sends an event, again until the broker says that it has it: a second copy is the same event.</summary>
    public async Task SendAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        _attempts.Enqueue(attempt);
        while (true)
        {
            try
            {
                await _sender.SendAsync(MessageOf(attempt), cancellationToken);
                Acknowledge(attempt);
                return;
            }
            catch (MessagingException)
            {
                await Task.Delay(Beat, TimeProvider.System, cancellationToken);
            }
        }
    }

    /// <summary>Sends many events at once, to a broker that stays up.</summary>
    public async Task SendAllAsync(IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken)
    {
        foreach (var attempt in attempts) _attempts.Enqueue(attempt);
        await Task.WhenAll(attempts.Select(attempt => _sender.SendAsync(MessageOf(attempt), cancellationToken)));
        foreach (var attempt in attempts) Acknowledge(attempt);
    }

    /// <summary>Sends bytes as they are; what is answered to them is looked up by the message's id.</summary>
    public Task SendRawAsync(ServiceBusMessage message, CancellationToken cancellationToken) => _sender.SendAsync(message, cancellationToken);

    /// <summary>
    /// Waits until every event is answered and nothing is left on the queue, or until the queue is empty and nothing more is heard, or until patience
    /// is lost: so long no further event was answered.
    /// </summary>
    public async Task DrainAsync(TimeSpan patience, CancellationToken cancellationToken, bool hasAgent = false)
    {
        var since = TimeProvider.System.GetTimestamp();
        var (quiet, silent, heard, answered) = (0, 0, -1, -1);
        while (TimeProvider.System.GetElapsedTime(since) < (patience < _mostPatience ? patience : _mostPatience))
        {
            if (answered != _answered.Count) (answered, since) = (_answered.Count, TimeProvider.System.GetTimestamp());
            var isEmpty = await IsEmptyAsync(_queue, cancellationToken);
            silent = heard == _answers.Count ? silent + 1 : 0;
            quiet = isEmpty ? Math.Min(quiet + 1, silent) : 0;
            heard = _answers.Count;
            var isAnswered = _attempts.All(attempt => !attempt.IsAcknowledged || _answered.ContainsKey(attempt.EventId));

            // A request that an agent answered is looked at once more, much later.
            if (hasAgent && isAnswered && silent >= 15) return;

            // What is dead-lettered is looked after once a minute at least: then patience decides.
            if (quiet >= (isAnswered ? 2 : 15) && (isAnswered || await IsEmptyAsync(_deadLetters, cancellationToken))) return;
            await Task.Delay(Beat, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>
    /// Waits until every push has its final verification and no look is scheduled, or until patience is lost: so long nothing further was seen.
    /// </summary>
    public async Task DrainLooksAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        var (since, seen, quiet) = (TimeProvider.System.GetTimestamp(), -1, 0);
        while (quiet < 3 && TimeProvider.System.GetElapsedTime(since) < (patience < _mostPatience ? patience : _mostPatience))
        {
            if (seen != _sightings.Count) (seen, since) = (_sightings.Count, TimeProvider.System.GetTimestamp());
            var ended = _sightings.Where(sighting => sighting.IsFinal).Select(sighting => sighting.RequestId).ToHashSet(StringComparer.Ordinal);
            var isOver = SightingChecker.Pushed(_answers).All(answer => ended.Contains(answer.RequestId)) && await IsEmptyAsync(_looks, cancellationToken);
            quiet = isOver ? quiet + 1 : 0;
            await Task.Delay(Beat, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>What the broker still holds of the looks.</summary>
    public async Task<Remains> LookAtLooksAsync(CancellationToken cancellationToken) =>
        RemainsOf(await PeekAllAsync(_looks, cancellationToken), await PeekAllAsync(_deadLooks, cancellationToken));

    /// <summary>What the broker still holds of the requests: waiting or scheduled, and dead-lettered.</summary>
    public async Task<Remains> LookAsync(CancellationToken cancellationToken) =>
        RemainsOf(await PeekAllAsync(_queue, cancellationToken), await PeekAllAsync(_deadLetters, cancellationToken));

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _results.StopAsync(patience.Token);
        await _results.DisposeAsync();
        await _sender.DisposeAsync();
        await _queue.DisposeAsync();
        await _deadLetters.DisposeAsync();
        await _looks.DisposeAsync();
        await _deadLooks.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private static Remains RemainsOf(List<ServiceBusReceivedMessage> waiting, List<ServiceBusReceivedMessage> dead) => new(
        waiting.Count, [.. dead.Select(message => message.DeadLetterReason ?? "")], dead.Select(message => message.DeliveryCount).DefaultIfEmpty().Max());

    private static async Task<List<ServiceBusReceivedMessage>> PeekAllAsync(EntityReceiver receiver, CancellationToken cancellationToken)
    {
        var all = new List<ServiceBusReceivedMessage>();
        while (await receiver.PeekAsync(all.Count == 0 ? 0 : all[^1].SequenceNumber + 1, 250, cancellationToken) is { Count: > 0 } page) all.AddRange(page);
        return all;
    }

    private static ServiceBusMessage MessageOf(Attempt attempt) =>
        new(attempt.Body) { MessageId = attempt.EventId, ContentType = "application/cloudevents+json" };

    private static void Acknowledge(Attempt attempt)
    {
        attempt.AcknowledgedAt = TimeProvider.System.GetTimestamp();
        attempt.IsAcknowledged = true;
    }

    private static async Task<bool> IsEmptyAsync(EntityReceiver queue, CancellationToken cancellationToken)
    {
        try
        {
            return (await queue.PeekAsync(0, 1, cancellationToken)).Count == 0;
        }
        catch (MessagingException)
        {
            return false;
        }
    }

    private async Task HearAsync(ServiceBusReceivedMessage message, ISettlement settlement, CancellationToken cancellationToken)
    {
        // Between agents and processors; the contract of results says how to leave such messages out.
        if (message.ApplicationProperties.ContainsKey("kind"))
        {
            await settlement.CompleteAsync(cancellationToken);
            return;
        }

        var body = message.Body.ToMemory();
        if (Sighting.Read(message.MessageId ?? "", body) is { } sighting)
        {
            _sightings.Enqueue(sighting);
            await settlement.CompleteAsync(cancellationToken);
            return;
        }

        var answer = Answer.Read(message.MessageId ?? "", body);
        var isForged = message.ApplicationProperties.ContainsKey(Forged);
        if (!isForged) _answers.Enqueue(answer);
        if (answer.IsTerminal && !isForged) _answered.TryAdd(answer.EventId, TimeProvider.System.GetTimestamp());
        await settlement.CompleteAsync(cancellationToken);
    }
}

/// <summary>What the broker holds of the requests, or of the looks, at the end.</summary>
/// <param name="Waiting">How many wait or are scheduled.</param>
/// <param name="DeadLetters">The reason of each dead letter.</param>
/// <param name="MostDeliveries">How often the dead letter was delivered that was delivered most often.</param>
internal sealed record Remains(int Waiting, IReadOnlyList<string> DeadLetters, int MostDeliveries);
