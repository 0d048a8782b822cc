using Amqp;
using Amqp.Framing;
using Amqp.Sasl;

namespace Ccr.Performance.Benchmarks.Messaging;

/// <summary>
/// AMQPNetLite alone: no tokens, no lock renewal, no reconnecting, and settlements that nobody confirms, as its receiver link sends them. It is the 100
/// % line.
/// </summary>
internal sealed class BareAmqp(int port) : IContestant
{
    private readonly Task<Connection> _connection = new ConnectionFactory { SASL = { Profile = SaslProfile.Anonymous } }
        .CreateAsync(new Address($"amqp://127.0.0.1:{port}"));

    public string Name => "bare AMQPNetLite";

    public async Task SendAsync(string queue, int messages, int concurrency, ReadOnlyMemory<byte> body)
    {
        var session = new Session(await _connection);
        var sender = new SenderLink(session, $"send-{Guid.NewGuid():N}", queue);
        await Workers.RunAsync(messages, concurrency, () => sender.SendAsync(MessageOf(body.ToArray())));
        await sender.CloseAsync();
        await session.CloseAsync();
    }

    public async Task ReceiveAsync(string queue, int messages, int concurrency)
    {
        var session = new Session(await _connection);
        var receiver = ReceiverOf(session, queue);
        receiver.SetCredit(concurrency, autoRestore: true);
        await Workers.RunAsync(messages, concurrency, async () => receiver.Accept(await receiver.ReceiveAsync(Timeout.InfiniteTimeSpan)));
        await receiver.CloseAsync();
        await session.CloseAsync();
    }

    public async Task ForwardAsync(string from, string to, int messages, int concurrency)
    {
        var session = new Session(await _connection);
        var receiver = ReceiverOf(session, from);
        var sender = new SenderLink(session, $"send-{Guid.NewGuid():N}", to);
        receiver.SetCredit(concurrency, autoRestore: true);
        await Workers.RunAsync(messages, concurrency, async () =>
        {
            var message = await receiver.ReceiveAsync(Timeout.InfiniteTimeSpan);
            await sender.SendAsync(MessageOf(message.GetBody<byte[]>()));
            receiver.Accept(message);
        });
        await receiver.CloseAsync();
        await sender.CloseAsync();
        await session.CloseAsync();
    }

    public async ValueTask DisposeAsync() => await (await _connection).CloseAsync();

    private static ReceiverLink ReceiverOf(Session session, string queue) => new(
        session,
        $"receive-{Guid.NewGuid():N}",
        new Attach { Source = new Source { Address = queue }, Target = new Target(), RcvSettleMode = ReceiverSettleMode.Second },
        onAttached: null);

    private static Message MessageOf(byte[] body) => new()
    {
        BodySection = new Data { Binary = body },
        Properties = new Properties { MessageId = Guid.NewGuid().ToString("N") },
    };
}
