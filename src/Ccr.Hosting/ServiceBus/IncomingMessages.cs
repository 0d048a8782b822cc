using System.Text;
using Azure.Core.Amqp;
using Ccr.Core.Events;

namespace Ccr.Hosting.ServiceBus;

/// <summary>Says what Service Bus delivered in the words of the job: the one way from a received message to an event, for every host.</summary>
public static class IncomingMessages
{
    /// <summary>
    /// Stands for a body that holds no text at all, such as an AMQP map. No UTF-8 text has this byte, so the event reader refuses it with
    /// <see cref="EventReasons.NotText"/>, as it refuses every body that is not text.
    /// </summary>
    private static readonly ReadOnlyMemory<byte> NoText = new byte[] { 0xFF };

    /// <summary>The message as an event. It never throws for what the message holds.</summary>
    public static IncomingEvent ToEvent(this ServiceBusReceivedMessage message) => new()
    {
        Body = BodyOf(message.GetRawAmqpMessage().Body),
        MessageId = message.MessageId is { Length: > 0 } id ? id : $"sequence-number-{message.SequenceNumber}",
        EnqueuedTime = message.EnqueuedTime,
        LockedUntil = message.LockedUntil == default ? null : message.LockedUntil,
        IsRedelivered = message.GetRawAmqpMessage().Header.DeliveryCount > 1,
        ContentType = message.ContentType,
        Properties = message.ApplicationProperties,
    };

    /// <summary>
    /// Most senders send data sections. JMS and some AMQP libraries send a text as an AMQP value, and <see cref="ServiceBusReceivedMessage.Body"/>
    /// throws for it; a sequence counts as text when all of its elements do.
    /// </summary>
    private static ReadOnlyMemory<byte> BodyOf(AmqpMessageBody body)
    {
        if (body.TryGetData(out var sections)) return Join(sections ?? []);
        if (body.TryGetValue(out var value)) return TextOf(value) ?? NoText;
        if (!body.TryGetSequence(out var sequences) || sequences is null) return NoText;

        var texts = sequences.SelectMany(sequence => sequence).Select(TextOf).ToList();
        return texts.Contains(null) ? NoText : Join(texts.OfType<ReadOnlyMemory<byte>>());
    }

    private static ReadOnlyMemory<byte>? TextOf(object? value) => value switch
    {
        string text => Encoding.UTF8.GetBytes(text),
        byte[] bytes => bytes,
        ArraySegment<byte> bytes => bytes,
        ReadOnlyMemory<byte> bytes => bytes,
        // A plain null would become an empty text.
        _ => default(ReadOnlyMemory<byte>?),
    };

    private static ReadOnlyMemory<byte> Join(IEnumerable<ReadOnlyMemory<byte>> sections)
    {
        var all = sections.ToList();
        return all.Count == 1 ? all[0] : all.SelectMany(section => section.ToArray()).ToArray();
    }
}
