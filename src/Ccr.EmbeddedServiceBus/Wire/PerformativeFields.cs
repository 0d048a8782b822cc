using System.Buffers.Binary;

namespace Ccr.EmbeddedServiceBus.Wire;

/// <summary>Reads single fields of an encoded performative that <see cref="AmqpScanner"/> has passed.</summary>
internal readonly ref struct PerformativeFields
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _first;
    private readonly int _count;

    public PerformativeFields(ReadOnlySpan<byte> bytes, int start)
    {
        _bytes = bytes;
        var list = AmqpScanner.End(bytes, start + 1);
        (_first, _count) = bytes[list] switch
        {
            0xC0 => (list + 3, bytes[list + 2]),
            0xD0 => (list + 9, BinaryPrimitives.ReadInt32BigEndian(bytes[(list + 5)..])),
            0x45 => (list + 1, 0),
            _ => throw new AmqpException(ErrorCode.DecodeError, "A performative is no list."),
        };
    }

    /// <summary>Gets an unsigned number; 0 if it is absent.</summary>
    public uint UInt(int index) => At(index) is var position && position < 0 ? 0 : _bytes[position] switch
    {
        0x52 => _bytes[position + 1],
        0x70 => BinaryPrimitives.ReadUInt32BigEndian(_bytes[(position + 1)..]),
        _ => 0,
    };

    /// <summary>Gets a boolean; false if it is absent.</summary>
    public bool Flag(int index) => At(index) is var position && position >= 0
        && (_bytes[position] == 0x41 || (_bytes[position] == 0x56 && _bytes[position + 1] == 1));

    /// <summary>Gets where a field begins in the bytes; -1 if it is absent.</summary>
    public int At(int index)
    {
        if (index >= _count)
            return -1;
        var position = _first;
        for (var field = 0; field < index; field++)
            position = AmqpScanner.End(_bytes, position);
        return position;
    }
}
