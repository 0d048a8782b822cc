namespace Ccr.Hosting.ServiceBus;

/// <summary>
/// Sends to one queue or topic. What waits while a send is on its way is sent as one group after it, so that many callers cost few round trips and one
/// caller waits for nobody. A group that is refused is sent one by one.
/// </summary>
/// <remarks>Safe for concurrent use; keep one for as long as the process sends.</remarks>
public sealed class EntitySender : IAsyncDisposable
{
    private const int LargestGroup = 100;

    private readonly ServiceBusConnection _connection;
    private readonly string _entity;
    private readonly Remade<ServiceBusSender> _sender;
    private readonly Lock _gate = new();
    private readonly Queue<Waiting> _waiting = new();
    private bool _isSending;

    internal EntitySender(ServiceBusConnection connection, string entity)
    {
        (_connection, _entity) = (connection, entity);
        _sender = new Remade<ServiceBusSender>(connection, client => client.CreateSender(entity));
    }

    /// <summary>Sends one message; when it returns, the broker has accepted it.</summary>
    /// <exception cref="MessagingException">It was refused, or (CCR4009) nobody knows whether it arrived.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the message may have been sent.</exception>
    public Task SendAsync(ServiceBusMessage message, CancellationToken cancellationToken)
    {
        var waiting = new Waiting(message, cancellationToken);
        lock (_gate)
        {
            _waiting.Enqueue(waiting);
            if (!_isSending)
            {
                _isSending = true;
                _ = SendWaitingAsync();
            }
        }

        return waiting.Sent.Task.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await _sender.CloseAsync();

    private async Task SendWaitingAsync()
    {
        // The callers go on elsewhere; this loop is nobody's.
        await Task.Yield();
        while (Take() is { Count: > 0 } group) await SendGroupAsync(group);
    }

    private List<Waiting> Take()
    {
        lock (_gate)
        {
            var group = new List<Waiting>();
            while (group.Count < LargestGroup && _waiting.TryDequeue(out var next))
            {
                if (!next.Stop.IsCancellationRequested) group.Add(next);
            }

            _isSending = group.Count > 0;
            return group;
        }
    }

    private async Task SendGroupAsync(List<Waiting> group)
    {
        while (group.Count > 1)
        {
            var sent = await TrySendTogetherAsync(group);
            if (sent == 0) break;
            foreach (var each in group.Take(sent)) each.Sent.TrySetResult();
            group.RemoveRange(0, sent);
        }

        foreach (var each in group) await SendOneAsync(each);
    }

    /// <summary>Sends as many as fit into one transfer; returns how many the broker has accepted, which is none when it refused them.</summary>
    private async Task<int> TrySendTogetherAsync(List<Waiting> group)
    {
        var count = 0;
        try
        {
            await RunAsync(async (sender, token) =>
            {
                using var batch = await sender.CreateMessageBatchAsync(token);
                while (count < group.Count && batch.TryAddMessage(group[count].Message)) count++;
                if (count > 0) await sender.SendMessagesAsync(batch, token);
            });
            return count;
        }
        catch (MessagingException)
        {
            return 0;
        }
    }

    private async Task SendOneAsync(Waiting each)
    {
        try
        {
            await RunAsync((sender, token) => sender.SendMessageAsync(each.Message, token));
            each.Sent.TrySetResult();
        }
        catch (Exception fault)
        {
            each.Sent.TrySetException(fault);
        }
    }

    private Task RunAsync(Func<ServiceBusSender, CancellationToken, Task> run) =>
        _connection.RunAsync(_sender.Current, _entity, Operation.Send, run, CancellationToken.None);

    private sealed record Waiting(ServiceBusMessage Message, CancellationToken Stop)
    {
        public TaskCompletionSource Sent { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>Fills in what a message carries besides its body.</summary>
public static class OutgoingMessages
{
    /// <summary>The same message with application properties.</summary>
    public static ServiceBusMessage With(this ServiceBusMessage message, IEnumerable<KeyValuePair<string, object>> properties)
    {
        foreach (var (name, value) in properties) message.ApplicationProperties[name] = value;
        return message;
    }
}
