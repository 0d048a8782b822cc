using System.Runtime.InteropServices;
using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace Ccr.ServiceBus.Sending;

/// <summary>Writes messages the way Service Bus reads them.</summary>
internal static class MessageEncoder
{
    /// <summary>Builds the AMQP message. Each attempt to send needs a new one.</summary>
    /// <exception cref="ArgumentException">An application property has a type that AMQP does not know.</exception>
    public static Message Encode(OutgoingMessage message, DateTimeOffset now)
    {
        Message wire = new() { BodySection = ToData(message.Body), Properties = new Properties() };
        if (message.MessageId is not null) wire.Properties.MessageId = message.MessageId;
        if (message.CorrelationId is not null) wire.Properties.CorrelationId = message.CorrelationId;
        if (message.Subject is not null) wire.Properties.Subject = message.Subject;
        if (message.ContentType is not null) wire.Properties.ContentType = message.ContentType;
        if (message.TimeToLive is { } life) SetTimeToLive(wire, life, now);
        if (message.ScheduledEnqueueTime is { } at)
        {
            wire.MessageAnnotations = new MessageAnnotations
            {
                [(Symbol)"x-opt-scheduled-enqueue-time"] = at.UtcDateTime,
            };
        }

        if (message.ApplicationProperties.Count > 0)
        {
            wire.ApplicationProperties = new ApplicationProperties();
            foreach (var (name, value) in message.ApplicationProperties)
                wire.ApplicationProperties[name] = PropertyValue(name, value);
        }

        return wire;
    }

    /// <summary>The value of an application property as AMQP carries it.</summary>
    public static object PropertyValue(string name, object value) => value switch
    {
        string or bool or byte or sbyte or short or ushort or int or uint or long or ulong or float or double
            or char or Guid or byte[] => value,
        DateTime time => time.ToUniversalTime(),
        DateTimeOffset time => time.UtcDateTime,
        _ => throw new ArgumentException(
            $"The application property '{name}' is a {value?.GetType().Name ?? "null"}, which AMQP cannot carry. " +
            "Make it text.", nameof(value)),
    };

    private static Data ToData(ReadOnlyMemory<byte> body)
    {
        var bytes = MemoryMarshal.TryGetArray(body, out var segment) ? segment : new(body.ToArray());
        return new Data
        {
            Buffer = new ByteBuffer(bytes.Array ?? [], bytes.Offset, bytes.Count, bytes.Count),
        };
    }

    // Service Bus AMQP: TimeToLive is header.ttl in milliseconds, with creation and expiry times beside it.
    private static void SetTimeToLive(Message wire, TimeSpan life, DateTimeOffset now)
    {
        wire.Header = new Header { Ttl = (uint)Math.Clamp(life.TotalMilliseconds, 1, uint.MaxValue) };
        wire.Properties.CreationTime = now.UtcDateTime;
        wire.Properties.AbsoluteExpiryTime =
            life < DateTimeOffset.MaxValue - now ? (now + life).UtcDateTime : DateTime.MaxValue;
    }
}
