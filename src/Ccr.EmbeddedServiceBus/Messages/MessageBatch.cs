namespace Ccr.EmbeddedServiceBus.Messages;

/// <summary>Service Bus's batch: one transfer whose data sections are each a whole encoded message.</summary>
internal static class MessageBatch
{
    /// <summary>The message format that marks a batch.</summary>
    public const uint Format = 0x80013700;

    private const ulong DataCode = 0x75;

    /// <summary>Reads the one message of an ordinary transfer, or all of a batch.</summary>
    /// <exception cref="AmqpException">The bytes are no message, or the format is unknown.</exception>
    public static List<IncomingMessage> Read(ReadOnlySpan<byte> bytes, uint format)
    {
        if (format == 0)
            return [MessageContent.Read(bytes)];
        if (format != Format)
            throw new AmqpException(ErrorCode.NotImplemented, $"Message format 0x{format:x8} is not supported.");

        var messages = new List<IncomingMessage>();
        for (var position = 0; position < bytes.Length;)
        {
            var end = AmqpScanner.End(bytes, position);
            if (AmqpScanner.DescriptorCode(bytes, position) == DataCode)
                messages.Add(MessageContent.Read(Binary(bytes[AmqpScanner.End(bytes, position + 1)..end])));
            position = end;
        }

        return messages;
    }

    private static ReadOnlySpan<byte> Binary(ReadOnlySpan<byte> value) => value[0] switch
    {
        0xA0 => value[2..],
        0xB0 => value[5..],
        _ => throw new AmqpException(ErrorCode.DecodeError, "Malformed batch: a data section is not binary."),
    };
}
