using System.Collections.Concurrent;
using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace Ccr.EmbeddedServiceBus.Tests.Wire;

/// <summary>Asks an entity's $management, or $cbs, as the .NET SDK does.</summary>
internal sealed class ManagementClient
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<Message>> _open = new(StringComparer.Ordinal);
    private readonly SenderLink _requests;
    private readonly string _replyTo = Guid.NewGuid().ToString("N");
    private readonly Task _ready;
    private int _lastId;

    public ManagementClient(Session session, string node)
    {
        _requests = new SenderLink(session, $"request-{_replyTo}", node);
        var attached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var replies = new ReceiverLink(
            session,
            $"reply-{_replyTo}",
            new Attach { Source = new Source { Address = node }, Target = new Target { Address = _replyTo } },
            (_, _) => attached.TrySetResult());
        replies.Start(50, (link, message) =>
        {
            link.Accept(message);
            if (_open.TryRemove(message.Properties.CorrelationId, out var answer))
                answer.TrySetResult(message);
        });
        _ready = attached.Task;
    }

    public static ManagementClient For(AmqpClient client, string entity) => new(client.Session, $"{entity}/$management");

    /// <summary>Asks and waits for the answer, whatever its status.</summary>
    public async Task<Message> AskAsync(string operation, object body, Action<ApplicationProperties>? change = null)
    {
        await _ready;
        var id = Interlocked.Increment(ref _lastId).ToString();
        var answer = new TaskCompletionSource<Message>(TaskCreationOptions.RunContinuationsAsynchronously);
        _open[id] = answer;
        var request = new Message(body)
        {
            Properties = new Properties { MessageId = id, ReplyTo = _replyTo },
            ApplicationProperties = new ApplicationProperties { ["operation"] = operation },
        };
        change?.Invoke(request.ApplicationProperties);
        await _requests.SendAsync(request);
        return await answer.Task;
    }

    public async Task<int> StatusAsync(string operation, Map body) =>
        (int)(await AskAsync("com.microsoft:" + operation, body)).ApplicationProperties["statusCode"];

    /// <summary>Settles by lock token; true once the broker has confirmed it.</summary>
    public async Task<bool> SettleAsync(Message message, string status = "completed") => await StatusAsync(
        "update-disposition",
        new Map { ["lock-tokens"] = new[] { AmqpClient.LockToken(message) }, ["disposition-status"] = status }) == 200;
}
