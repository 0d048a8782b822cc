namespace Ccr.EmbeddedServiceBus.Messages;

/// <summary>A message on its way in: what is kept of it, and when it is to become visible (null: at once).</summary>
internal sealed record IncomingMessage(MessageContent Content, DateTime? ScheduledFor)
{
    private static readonly Symbol ScheduledEnqueueTime = "x-opt-scheduled-enqueue-time";

    public static IncomingMessage From(Message head, ReadOnlySpan<byte> bare, bool identified)
    {
        var bytes = identified ? WithProperties(head.Properties, bare) : bare.ToArray();
        var (scheduledFor, annotations) = ReadAnnotations(head.MessageAnnotations);
        var header = head.Header;
        var content = new MessageContent(
            bytes,
            annotations,
            durable: header?.Durable ?? false,
            priority: header is not null && header.HasField(1) ? header.Priority : (byte)4,
            timeToLive: header is not null && header.HasField(2) ? TimeSpan.FromMilliseconds(header.Ttl) : null);
        return new IncomingMessage(content, scheduledFor);
    }

    private static byte[] WithProperties(Properties properties, ReadOnlySpan<byte> bare)
    {
        var start = AmqpScanner.DescriptorCode(bare, 0) == 0x73 ? AmqpScanner.End(bare, 0) : 0;
        return [.. MessageContent.Encode(properties), .. bare[start..]];
    }

    private static (DateTime? ScheduledFor, byte[]? Kept) ReadAnnotations(MessageAnnotations? annotations)
    {
        if (annotations is null)
            return (null, null);
        DateTime? scheduledFor = null;
        var kept = new MessageAnnotations();
        foreach (var (key, value) in annotations.Map)
        {
            if (key is not Symbol name)
                continue;
            if (name.Equals(ScheduledEnqueueTime))
                scheduledFor = value as DateTime?;
            else if (!BrokerAnnotations.IsOwn(name))
                kept.Map[name] = value;
        }

        var bytes = kept.Map.Count == 0 ? null : MessageContent.Encode(kept).ToArray();
        return (scheduledFor, bytes);
    }
}
