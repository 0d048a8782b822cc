namespace Ccr.EmbeddedServiceBus.Messages;

/// <summary>What stays the same about a message wherever it goes, in its sender's own encoding.</summary>
/// <remarks>
/// The bare message (properties to footer) is kept as the bytes that came in. It goes out again as it is, but for the times of its life; header and
/// annotations are the broker's to write.
/// </remarks>
internal sealed class MessageContent(byte[] bare, byte[]? annotations, bool durable, byte priority, TimeSpan? timeToLive)
{
    private const ulong HeaderCode = 0x70;
    private const ulong PropertiesCode = 0x73;
    private const ulong ApplicationPropertiesCode = 0x74;
    private const ulong FooterCode = 0x78;
    private const int AbsoluteExpiryTime = 8;

    /// <summary>Gets the encoded sections from properties to footer.</summary>
    public byte[] Bare => bare;

    /// <summary>Gets the sender's own message annotations, encoded as a section, or null.</summary>
    public byte[]? Annotations => annotations;

    public bool Durable => durable;
    public byte Priority => priority;
    public TimeSpan? TimeToLive => timeToLive;

    /// <summary>Gets the number of bytes that count against an entity's limit.</summary>
    public int Size => Bare.Length + (Annotations?.Length ?? 0);

    public Properties Properties => Head().Properties ?? new Properties();
    public ApplicationProperties? ApplicationProperties => Head().ApplicationProperties;

    /// <summary>Sets application properties, as a dead-letter reason or an abandon with properties does.</summary>
    public MessageContent With(IReadOnlyCollection<KeyValuePair<string, object>> applicationProperties)
    {
        if (applicationProperties.Count == 0)
            return this;
        var (properties, bodyStart) = Split();
        var head = Decode(Bare.AsSpan(0, bodyStart));
        head.ApplicationProperties ??= new ApplicationProperties();
        foreach (var (key, value) in applicationProperties)
            head.ApplicationProperties[key] = value;

        byte[] changed = [.. Bare.AsSpan(0, properties), .. Encode(head.ApplicationProperties), .. Bare.AsSpan(bodyStart)];
        return new MessageContent(changed, Annotations, Durable, Priority, TimeToLive);
    }

    /// <summary>Drops the body, for a peek that asked for none of it.</summary>
    public MessageContent WithoutBody() =>
        new([.. Bare.AsSpan(0, Split().BodyStart), 0x00, 0x53, 0x75, 0xA0, 0x00], Annotations, Durable, Priority, TimeToLive);

    /// <summary>Gets the bare message, its life written over the one that SDKs put into the properties with a time to live.</summary>
    public byte[] BareLiving(DateTime from, DateTime until)
    {
        var end = Split().PropertiesEnd;
        if (TimeToLive is null || Decode(Bare.AsSpan(0, end)).Properties is not { } properties || !properties.HasField(AbsoluteExpiryTime))
            return Bare;
        (properties.CreationTime, properties.AbsoluteExpiryTime) = (from, until);
        return [.. Encode(properties), .. Bare.AsSpan(end)];
    }

    /// <summary>Reads one message as it came from its sender.</summary>
    /// <exception cref="AmqpException">The bytes are no message.</exception>
    public static IncomingMessage Read(ReadOnlySpan<byte> raw)
    {
        var (bareStart, bodyStart) = (raw.Length, raw.Length);
        var previous = HeaderCode;
        for (var position = 0; position < raw.Length;)
        {
            var code = AmqpScanner.DescriptorCode(raw, position);
            if (code is null || code < previous || code > FooterCode)
                throw new AmqpException(ErrorCode.DecodeError, "Malformed message: a section is unknown or out of order.");
            if (code >= PropertiesCode && bareStart == raw.Length)
                bareStart = position;
            if (code > ApplicationPropertiesCode && bodyStart == raw.Length)
                bodyStart = position;
            previous = code.Value;
            position = AmqpScanner.End(raw, position);
        }

        var head = Decode(raw[..bodyStart]);
        return IncomingMessage.From(head, raw[bareStart..], identified: Identify(head));
    }

    /// <summary>Reads the message id with its type, so that "7" and 7 differ.</summary>
    public string ReadMessageId() => Properties.GetMessageId() switch
    {
        string text => text,
        byte[] binary => "binary:" + Convert.ToHexString(binary),
        var other => $"{other?.GetType().Name}:{other}",
    };

    internal static Message Decode(ReadOnlySpan<byte> sections) => Message.Decode(new ByteBuffer(sections.ToArray(), 0, sections.Length, sections.Length));

    internal static ReadOnlySpan<byte> Encode(RestrictedDescribed section)
    {
        var buffer = new ByteBuffer(128, autoGrow: true);
        section.Encode(buffer);
        return Span(buffer);
    }

    internal static ReadOnlySpan<byte> Span(ByteBuffer buffer) => buffer.Buffer.AsSpan(buffer.Offset, buffer.Length);

    /// <summary>Gives a message without an id one; both SDKs' lock renewal needs it. True if it had none.</summary>
    private static bool Identify(Message head)
    {
        if (head.Properties?.GetMessageId() is not null)
            return false;
        head.Properties ??= new Properties();
        head.Properties.MessageId = Guid.NewGuid().ToString("N");
        return true;
    }

    private Message Head() => Decode(Bare.AsSpan(0, Split().BodyStart));

    /// <summary>Gets where the properties section ends and where the body starts.</summary>
    private (int PropertiesEnd, int BodyStart) Split()
    {
        var (properties, position) = (0, 0);
        while (position < Bare.Length)
        {
            var code = AmqpScanner.DescriptorCode(Bare, position);
            if (code is not (PropertiesCode or ApplicationPropertiesCode))
                break;
            position = AmqpScanner.End(Bare, position);
            if (code == PropertiesCode)
                properties = position;
        }

        return (properties, position);
    }
}
