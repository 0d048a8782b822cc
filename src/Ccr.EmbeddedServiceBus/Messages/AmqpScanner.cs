using System.Buffers.Binary;

namespace Ccr.EmbeddedServiceBus.Messages;

/// <summary>
/// Finds the end of an encoded AMQP value without decoding it, and refuses what must not reach a decoder: nesting deep enough to exhaust the stack, and
/// counts that promise more elements than there are bytes.
/// </summary>
internal static class AmqpScanner
{
    private const int MaxDepth = 32;

    /// <summary>Gets the index just after the value that begins at <paramref name="start"/>.</summary>
    /// <exception cref="AmqpException">The bytes are malformed or too deeply nested.</exception>
    public static int End(ReadOnlySpan<byte> bytes, int start) => End(bytes, start, 0);

    /// <summary>Reads the descriptor code of the described value at <paramref name="start"/>; null if it has none.</summary>
    public static ulong? DescriptorCode(ReadOnlySpan<byte> bytes, int start)
    {
        if (start + 2 >= bytes.Length || bytes[start] != 0x00)
            return null;
        return bytes[start + 1] switch
        {
            0x53 => bytes[start + 2],
            0x80 when start + 10 <= bytes.Length => BinaryPrimitives.ReadUInt64BigEndian(bytes[(start + 2)..]),
            _ => null,
        };
    }

    private static int End(ReadOnlySpan<byte> bytes, int start, int depth)
    {
        if (depth > MaxDepth)
            throw Malformed("values are nested too deeply");
        var code = At(bytes, start);
        if (code != 0x00)
            return EndOfBody(bytes, start + 1, code, depth);

        var descriptorEnd = End(bytes, start + 1, depth + 1);
        return End(bytes, descriptorEnd, depth + 1);
    }

    private static int EndOfBody(ReadOnlySpan<byte> bytes, int start, byte code, int depth)
    {
        var (headerSize, size) = (code >> 4) switch
        {
            0x4 => (0, 0),
            0x5 => (0, 1),
            0x6 => (0, 2),
            0x7 => (0, 4),
            0x8 => (0, 8),
            0x9 => (0, 16),
            0xA or 0xC or 0xE => (1, At(bytes, start)),
            0xB or 0xD or 0xF => (4, Int32(bytes, start)),
            _ => throw Malformed($"0x{code:x2} is no type"),
        };
        var end = (long)start + headerSize + size;
        if (end > bytes.Length)
            throw Malformed("a value is longer than what holds it");

        if (code >> 4 is 0xC or 0xD)
            CheckElements(bytes[..(int)end], start + headerSize, headerSize, depth);
        else if (code >> 4 is 0xE or 0xF)
            CheckArray(bytes[..(int)end], start + headerSize, headerSize, depth);
        return (int)end;
    }

    private static void CheckElements(ReadOnlySpan<byte> bytes, int start, int width, int depth)
    {
        var count = Count(bytes, start, width);
        var position = start + width;
        for (var i = 0; i < count; i++)
            position = End(bytes, position, depth + 1);
        if (position != bytes.Length)
            throw Malformed("a list or map does not end where it says");
    }

    private static void CheckArray(ReadOnlySpan<byte> bytes, int start, int width, int depth)
    {
        var count = Count(bytes, start, width);
        var position = start + width;
        if (At(bytes, position) == 0x00)
            position = End(bytes, position + 1, depth + 1);
        var code = At(bytes, position++);
        if (code == 0x00)
            throw Malformed("an array of doubly described values");
        if (code >> 4 == 0x4 && count > bytes.Length)
            throw Malformed("an array counts more elements than it has bytes");
        for (var i = 0; i < count; i++)
            position = EndOfBody(bytes, position, code, depth + 1);
        if (position != bytes.Length)
            throw Malformed("an array does not end where it says");
    }

    private static int Count(ReadOnlySpan<byte> bytes, int start, int width) => width == 1 ? At(bytes, start) : Int32(bytes, start);
    private static byte At(ReadOnlySpan<byte> bytes, int index) => index < bytes.Length ? bytes[index] : throw Malformed("a value ends early");

    private static int Int32(ReadOnlySpan<byte> bytes, int start)
    {
        if (start + 4 > bytes.Length)
            throw Malformed("a value ends early");
        var value = BinaryPrimitives.ReadInt32BigEndian(bytes[start..]);
        return value >= 0 ? value : throw Malformed("a length is out of range");
    }

    private static AmqpException Malformed(string what) => new(ErrorCode.DecodeError, "Malformed AMQP value: " + what);
}
