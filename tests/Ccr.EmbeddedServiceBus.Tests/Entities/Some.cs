using Amqp;
using Amqp.Framing;
using Ccr.EmbeddedServiceBus.Configuration;
using Ccr.EmbeddedServiceBus.Entities;
using Ccr.EmbeddedServiceBus.Messages;
using Ccr.EmbeddedServiceBus.Storage;

namespace Ccr.EmbeddedServiceBus.Tests.Entities;

/// <summary>Plain values for tests of the entities.</summary>
internal static class Some
{
    public static readonly DateTime Now = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    public static readonly TimeSpan LockDuration = TimeSpan.FromSeconds(30);

    public static EntityContext Context(EntityLimits? limits = null) =>
        new(new MemoryJournal(), limits ?? new EntityLimits(1_000, 1_000_000, 1_000), Now);

    public static MessageQueue Queue(Func<QueueConfig, QueueConfig>? configure = null, EntityContext? context = null)
    {
        var config = new QueueConfig("q") { LockDuration = LockDuration };
        return new MessageQueue("q", configure?.Invoke(config) ?? config, context ?? Context());
    }

    public static MessageContent Content(string body = "body", Action<Message>? change = null)
    {
        var message = new Message
        {
            Properties = new Properties { MessageId = body },
            BodySection = new Data { Binary = System.Text.Encoding.UTF8.GetBytes(body) },
        };
        change?.Invoke(message);
        return MessageContent.Read(MessageContent.Span(message.Encode())).Content;
    }

    public static void Send(this MessageQueue queue, string body, DateTime? now = null) =>
        queue.Send(new Arrival(Content(body)), now ?? Now);

    public static IReadOnlyList<StoredMessage> Take(this MessageQueue queue, int count = 1, DateTime? now = null, bool remove = false)
    {
        var into = new List<StoredMessage>();
        queue.Take(new IdleConsumer(), count, remove, into, now ?? Now);
        return into;
    }

    /// <summary>Gets the body, which is also the message id.</summary>
    public static string Body(this StoredMessage delivery) => delivery.Content.ReadMessageId();

    public static string? Property(this StoredMessage delivery, string name) =>
        delivery.Content.ApplicationProperties?.Map.TryGetValue(name, out var value) == true ? value?.ToString() : null;

    public static readonly Settlement Complete = new Settlement.Complete();

    public static readonly Settlement Abandon = new Settlement.Abandon([]);

    public static readonly Settlement Defer = new Settlement.Defer([]);

    public sealed class IdleConsumer : IConsumer
    {
        public void Wake()
        {
        }
    }
}
