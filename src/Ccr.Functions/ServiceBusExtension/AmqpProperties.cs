using Google.Protobuf;
using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Encoding;

namespace Microsoft.Azure.Functions.Worker.ServiceBusExtension;

/// <summary>Application properties as the host expects them: an AMQP map, with Service Bus's own names for the types that AMQP does not have.</summary>
internal static class AmqpProperties
{
    public static ByteString Encode(IEnumerable<KeyValuePair<string, object>>? properties)
    {
        if (properties is null) return ByteString.Empty;

        var map = new AmqpMap();
        foreach (var (name, value) in properties) map[new MapKey(name)] = Describe(name, value);
        using var buffer = new ByteBuffer(256, autoGrow: true);
        AmqpCodec.EncodeMap(map, buffer);
        return ByteString.CopyFrom(buffer.Buffer, buffer.Offset, buffer.Length);
    }

    private static object? Describe(string name, object? value) => value switch
    {
        null or string or bool or char or Guid or DateTime => value,
        byte or sbyte or short or ushort or int or uint or long or ulong or float or double or decimal => value,
        Uri uri => new DescribedType((AmqpSymbol)"com.microsoft:uri", uri.AbsoluteUri),
        TimeSpan time => new DescribedType((AmqpSymbol)"com.microsoft:timespan", time.Ticks),
        DateTimeOffset time => new DescribedType((AmqpSymbol)"com.microsoft:datetime-offset", time.UtcTicks),
        _ => throw new NotSupportedException($"The property {name} is a {value.GetType().Name}, which AMQP cannot carry."),
    };
}
