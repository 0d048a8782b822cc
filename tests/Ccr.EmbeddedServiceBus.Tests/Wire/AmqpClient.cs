using Amqp;
using Amqp.Framing;
using Amqp.Sasl;
using Amqp.Types;

namespace Ccr.EmbeddedServiceBus.Tests.Wire;

/// <summary>A plain AMQP client that talks to the broker as the SDKs do, frame by frame where it matters.</summary>
internal sealed class AmqpClient : IAsyncDisposable
{
    private readonly Connection _connection;

    private AmqpClient(Connection connection)
    {
        _connection = connection;
        Session = new Session(connection);
    }

    public Session Session { get; }

    public static async Task<AmqpClient> ConnectAsync(int port, string scheme = "amqp")
    {
        var factory = new ConnectionFactory { SASL = { Profile = SaslProfile.Anonymous } };
        return new AmqpClient(await factory.CreateAsync(new Address("127.0.0.1", port, null, null, "/", scheme)));
    }

    public SenderLink Sender(string entity) => new(Session, $"{entity}-{Guid.NewGuid():N}", entity);

    public ReceiverLink Receiver(string entity) => new(
        Session,
        $"{entity}-{Guid.NewGuid():N}",
        new Attach { Source = new Source { Address = entity }, Target = new Target(), RcvSettleMode = ReceiverSettleMode.Second },
        null);

    public async Task SendAsync(string entity, string body, Action<Message>? change = null)
    {
        var sender = Sender(entity);
        var message = Text(body);
        change?.Invoke(message);
        await sender.SendAsync(message);
        await sender.CloseAsync();
    }

    public static Message Text(string body) => new()
    {
        Properties = new Properties { MessageId = Guid.NewGuid().ToString("N") },
        BodySection = new Data { Binary = System.Text.Encoding.UTF8.GetBytes(body) },
    };

    public static string Text(Message message) => System.Text.Encoding.UTF8.GetString((byte[])message.Body);

    /// <summary>Receives one message; null if none came within the time.</summary>
    public static async Task<Message?> ReceiveAsync(ReceiverLink link, double seconds = 10)
    {
        link.SetCredit(1, CreditMode.Manual);
        return await link.ReceiveAsync(TimeSpan.FromSeconds(seconds));
    }

    public static Guid LockToken(Message message) => new(message.DeliveryTag);

    public static T Annotation<T>(Message message, string name) => (T)message.MessageAnnotations[(Symbol)name];

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _connection.CloseAsync();
        }
        catch (AmqpException)
        {
            // Tests that kill the broker end here.
        }
    }
}
