using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Ccr.Campaign.Truth;
using Ccr.Hosting.ServiceBus;

namespace Ccr.Campaign.Scenarios;

/// <summary>
/// Somebody who may send to every queue and topic of the installation, and look at them, and has no key. It writes its messages by itself, so that
/// nothing of the product's writing counts.
/// </summary>
internal sealed class Intruder(string connection) : IAsyncDisposable
{
    private const string Results = "ccr-results";
    private const string Undelivered = "ccr-agent-undelivered";

    private readonly ServiceBusConnection _connection = new(ServiceBusOptions.For(connection));

    /// <summary>How many results it forged: as many dead letters there must be.</summary>
    public int ForgedResults { get; private set; }

    /// <summary>Says in the name of an agent what became of a request.</summary>
    public Task SayAsync(string requestId, string machine, string site, string outcome, CancellationToken cancellationToken)
    {
        ForgedResults++;
        var now = TimeProvider.System.GetUtcNow();
        var result = JsonSerializer.SerializeToUtf8Bytes(new
        {
            specversion = "1.0",
            type = "ccr.reinstall.result",
            source = "ccr",
            id = $"{requestId}-agent",
            time = now,
            datacontenttype = "application/json",
            data = new
            {
                requestId,
                source = Attempt.Source,
                eventId = requestId,
                part = 1,
                parts = 1,
                machine,
                domain = "CORP",
                site,
                outcome,
                reason = "CCR3001",
                meaning = "a lie",
                detail = "a lie",
                remedy = "none",
                time = now,
                agent = "intruder",
            },
        });
        return SendAsync(
            Results, result, $"forged-{ForgedResults}", cancellationToken, ("via", "agent"), ("signature", new string('0', 64)), (Witness.Forged, true));
    }

    /// <summary>Commands a push, to the agent or back from it.</summary>
    public Task CommandAsync(string requestId, string machine, string site, bool isUndelivered, CancellationToken cancellationToken)
    {
        var now = TimeProvider.System.GetUtcNow();
        var command = JsonSerializer.SerializeToUtf8Bytes(new
        {
            version = 1,
            requestId,
            source = Attempt.Source,
            eventId = requestId,
            part = 1,
            parts = 1,
            machine,
            domain = "CORP",
            site,
            force = true,
            issued = now,
            expires = now.AddDays(1),
            answerBy = now.AddDays(2),
            signature = new string('0', 64),
        });
        return SendAsync(isUndelivered ? Undelivered : QueueOf(site), command, requestId, cancellationToken);
    }

    /// <summary>What is on the queue of a site's agents now.</summary>
    public async Task<IReadOnlyList<ServiceBusReceivedMessage>> CaptureAsync(string site, CancellationToken cancellationToken)
    {
        await using var receiver = _connection.CreateReceiver(QueueOf(site));
        return await AllOfAsync(receiver, cancellationToken);
    }

    /// <summary>Sends captured commands again, to the agents or, under other ids, as if they had come back.</summary>
    public async Task SendAgainAsync(IEnumerable<ServiceBusReceivedMessage> commands, string site, string? otherId, bool isUndelivered, CancellationToken stop)
    {
        await using var sender = _connection.CreateSender(isUndelivered ? Undelivered : QueueOf(site));
        foreach (var chunk in commands.Chunk(500))
        {
            await Task.WhenAll(chunk.Select(command => sender.SendAsync(
                new ServiceBusMessage(command.Body) { MessageId = otherId is null ? command.MessageId : $"{command.MessageId}-{otherId}" }, stop)));
        }
    }

    /// <summary>Why the messages were dead-lettered that came for the ledger or from the agents' queues.</summary>
    public async Task<IReadOnlyList<string>> RefusedAsync(bool isUndelivered, CancellationToken cancellationToken)
    {
        var entity = isUndelivered ? Undelivered : EntityPath.Subscription(Results, "ledger");
        await using var receiver = _connection.CreateReceiver(EntityPath.DeadLetterQueue(entity));
        return [.. (await AllOfAsync(receiver, cancellationToken)).Select(letter => letter.DeadLetterReason ?? "")];
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private static string QueueOf(string site) => $"ccr-agent-{site}";

    private static async Task<List<ServiceBusReceivedMessage>> AllOfAsync(EntityReceiver receiver, CancellationToken cancellationToken)
    {
        var all = new List<ServiceBusReceivedMessage>();
        while (await receiver.PeekAsync(all.Count == 0 ? 0 : all[^1].SequenceNumber + 1, 250, cancellationToken) is { Count: > 0 } page) all.AddRange(page);
        return all;
    }

    private async Task SendAsync(
        string entity, byte[] body, string messageId, CancellationToken cancellationToken, params (string Name, object Value)[] properties)
    {
        await using var sender = _connection.CreateSender(entity);
        var message = new ServiceBusMessage(body) { MessageId = messageId };
        await sender.SendAsync(message.With(properties.Select(property => KeyValuePair.Create(property.Name, property.Value))), cancellationToken);
    }
}
