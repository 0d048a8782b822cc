using System.Text;
using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace Ccr.ServiceBus.Receiving;

/// <summary>Reads messages the way Service Bus writes them (Service Bus AMQP: transfer content).</summary>
internal static class MessageDecoder
{
    private static readonly Symbol SequenceNumber = "x-opt-sequence-number";
    private static readonly Symbol EnqueuedTime = "x-opt-enqueued-time";
    private static readonly Symbol LockedUntil = "x-opt-locked-until";
    private static readonly Symbol DeadLetterSource = "x-opt-deadletter-source";

    /// <summary>Reads a delivered message.</summary>
    public static ReceivedMessage Delivered(Message message, byte[] deliveryTag) =>
        Delivered(message, ToLockToken(deliveryTag));

    /// <inheritdoc cref="Delivered(Message, byte[])"/>
    public static ReceivedMessage Delivered(Message message, Guid lockToken) =>
        Decode(message, lockToken, FailedDeliveries(message) + 1);

    /// <summary>Reads a message that was only looked at.</summary>
    public static ReceivedMessage Peeked(Message message) =>
        Decode(message, Guid.Empty, FailedDeliveries(message));

    /// <summary>The lock token of a delivery; empty if the broker is not a Service Bus.</summary>
    public static Guid ToLockToken(byte[] deliveryTag) => deliveryTag is { Length: 16 } ? new(deliveryTag) : Guid.Empty;

    private static int FailedDeliveries(Message message) => (int)(message.Header?.DeliveryCount ?? 0);

    private static ReceivedMessage Decode(Message message, Guid lockToken, int deliveryCount)
    {
        var annotations = message.MessageAnnotations;
        var properties = ToProperties(message.ApplicationProperties);
        var enqueued = ToTime(annotations?[EnqueuedTime]) ?? DateTimeOffset.MinValue;
        return new()
        {
            Body = ToBody(message.BodySection),
            MessageId = ToText(message.Properties?.GetMessageId()),
            CorrelationId = ToText(message.Properties?.GetCorrelationId()),
            Subject = message.Properties?.Subject,
            ContentType = message.Properties?.ContentType,
            ApplicationProperties = properties,
            DeliveryCount = deliveryCount,
            SequenceNumber = annotations?[SequenceNumber] is long number ? number : 0,
            EnqueuedTime = enqueued,
            LockedUntil = ToTime(annotations?[LockedUntil]) ?? DateTimeOffset.MinValue,
            LockToken = lockToken,
            ExpiresAt = ToExpiry(message, enqueued),
            DeadLetterReason = properties.GetValueOrDefault("DeadLetterReason") as string,
            DeadLetterErrorDescription = properties.GetValueOrDefault("DeadLetterErrorDescription") as string,
            DeadLetterSource = annotations?[DeadLetterSource] as string,
        };
    }

    // An id may be text, a number, a UUID or bytes.
    private static string? ToText(object? id) => id is byte[] bytes ? Convert.ToHexString(bytes) : id?.ToString();

    private static ReadOnlyMemory<byte> ToBody(RestrictedDescribed? section) => section switch
    {
        Data { Buffer: { } buffer } => buffer.Buffer.AsMemory(buffer.Offset, buffer.Length),
        Data data => data.Binary,
        DataList list => Join(list),
        AmqpValue { Value: string text } => Encoding.UTF8.GetBytes(text),
        AmqpValue { Value: byte[] bytes } => bytes,
        _ => default,
    };

    private static byte[] Join(DataList list)
    {
        using MemoryStream joined = new();
        for (var i = 0; i < list.Count; i++) joined.Write(list[i].Binary);
        return joined.ToArray();
    }

    private static IReadOnlyDictionary<string, object> ToProperties(ApplicationProperties? section)
    {
        if (section is null || section.Map.Count == 0) return OutgoingMessage.NoProperties;
        Dictionary<string, object> properties = new(section.Map.Count, StringComparer.Ordinal);
        foreach (var (name, value) in section.Map)
        {
            if (value is not null) properties[name.ToString()!] = value;
        }

        return properties;
    }

    private static DateTimeOffset? ToTime(object? value) =>
        value is DateTime time ? new(DateTime.SpecifyKind(time, DateTimeKind.Utc)) : null;

    private static DateTimeOffset ToExpiry(Message message, DateTimeOffset enqueued)
    {
        if (message.Properties?.AbsoluteExpiryTime is { Ticks: > 0 } expiry) return ToTime(expiry)!.Value;
        return message.Header is { Ttl: > 0 and < uint.MaxValue } header && enqueued > DateTimeOffset.MinValue
            ? enqueued.AddMilliseconds(header.Ttl)
            : DateTimeOffset.MaxValue;
    }
}
