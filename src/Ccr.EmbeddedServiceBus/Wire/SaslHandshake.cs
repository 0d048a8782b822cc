using System.Buffers.Binary;
using System.Text;

namespace Ccr.EmbeddedServiceBus.Wire;

/// <summary>The SASL layer, which lets everyone in: the rights of a connection come from its $cbs tokens.</summary>
/// <remarks>
/// It is done here and not by the AMQP library for two reasons. The library sends its header right behind the outcome, and rhea (the JavaScript SDK's
/// AMQP) then waits for ever if both arrive in one packet; and the library negotiates one connection after the other, so that one silent client would
/// shut out everyone.
/// </remarks>
internal static class SaslHandshake
{
    private const int MaxSaslFrame = 4096;
    private static readonly string[] Mechanisms = ["MSSBCBS", "ANONYMOUS", "EXTERNAL", "PLAIN"];
    private static readonly byte[] SaslHeader = [.. "AMQP"u8, 3, 1, 0, 0];
    private static readonly byte[] AmqpHeader = [.. "AMQP"u8, 0, 1, 0, 0];
    private static readonly byte[] Outcome = [0, 0, 0, 16, 2, 1, 0, 0, 0x00, 0x53, 0x44, 0xC0, 3, 1, 0x50, 0];

    /// <summary>Negotiates and reads the client's AMQP header, which is returned.</summary>
    /// <exception cref="AmqpException">The client does not speak AMQP 1.0.</exception>
    public static async Task<byte[]> RunAsync(Stream stream, byte[] header, CancellationToken ct)
    {
        if (header.AsSpan().SequenceEqual(SaslHeader))
        {
            await stream.WriteAsync((byte[])[.. SaslHeader, .. MechanismsFrame()], ct);
            await ReadInitAsync(stream, ct);
            await stream.WriteAsync(Outcome, ct);
            await stream.ReadExactlyAsync(header, ct);
        }

        if (header.AsSpan().SequenceEqual(AmqpHeader))
            return header;
        await stream.WriteAsync(SaslHeader, ct);
        throw new AmqpException(ErrorCode.NotImplemented, "The client does not speak AMQP 1.0.");
    }

    private static async Task ReadInitAsync(Stream stream, CancellationToken ct)
    {
        var head = new byte[8];
        await stream.ReadExactlyAsync(head, ct);
        var size = BinaryPrimitives.ReadUInt32BigEndian(head);
        if (size is < 11 or > MaxSaslFrame || head[5] != 1)
            throw new AmqpException(ErrorCode.FramingError, "The client's SASL frame is malformed.");
        var body = new byte[size - 8];
        await stream.ReadExactlyAsync(body, ct);
        if (body is not [0x00, 0x53, 0x41, ..])
            throw new AmqpException(ErrorCode.NotAllowed, "The client's SASL frame is no sasl-init.");
    }

    private static byte[] MechanismsFrame()
    {
        byte[] symbols = [.. Mechanisms.SelectMany(m => (byte[])[(byte)m.Length, .. Encoding.ASCII.GetBytes(m)])];
        byte[] array = [0xE0, (byte)(symbols.Length + 2), (byte)Mechanisms.Length, 0xA3, .. symbols];
        byte[] body = [0x00, 0x53, 0x40, 0xC0, (byte)(array.Length + 1), 1, .. array];
        return [0, 0, 0, (byte)(body.Length + 8), 2, 1, 0, 0, .. body];
    }
}
