namespace Azure.Messaging.ServiceBus;

public class ServiceBusReceivedMessage
{
    internal ServiceBusReceivedMessage()
    {
    }

    public BinaryData Body { get; internal init; } = new(Array.Empty<byte>());

    public string MessageId { get; internal init; } = "";

    public string ContentType { get; internal init; } = "";

    public IReadOnlyDictionary<string, object> ApplicationProperties { get; internal init; } = new Dictionary<string, object>(StringComparer.Ordinal);

    public long SequenceNumber { get; internal init; }

    public DateTimeOffset EnqueuedTime { get; internal init; }

    public string DeadLetterReason => ApplicationProperties.GetValueOrDefault("DeadLetterReason") as string ?? "";
}

public static class ServiceBusModelFactory
{
    public static ServiceBusReceivedMessage ServiceBusReceivedMessage(
        BinaryData? body = null, string? messageId = null, string? contentType = null, IDictionary<string, object>? properties = null,
        long sequenceNumber = -1, DateTimeOffset enqueuedTime = default) => new()
        {
            Body = body ?? new BinaryData(Array.Empty<byte>()),
            MessageId = messageId!,
            ContentType = contentType!,
            ApplicationProperties = new Dictionary<string, object>(properties ?? new Dictionary<string, object>(), StringComparer.Ordinal),
            SequenceNumber = sequenceNumber,
            EnqueuedTime = enqueuedTime,
        };
}
