using System.Buffers.Binary;

namespace Ccr.EmbeddedServiceBus.Wire;

/// <summary>
/// Looks at each incoming frame before the AMQP library does: the library decodes nested values by recursion and joins the parts of a message without
/// limit, and either would let one client end the process.
/// </summary>
internal sealed class FrameInspector(int maxMessageBytes, UnfinishedBytes unfinished) : IDisposable
{
    /// <summary>The largest frame that the broker takes and says so in its Open.</summary>
    public const int MaxFrameSize = 64 * 1024;

    /// <summary>
    /// The largest incoming window of a client that the library is told of. It adds windows to counts of transfers without regard to their end, so that it
    /// takes a window without limit (Microsoft's client) for a closed one, for good, when the client has seen a transfer that the library has not counted
    /// yet. Nobody sends more than the client's window allows by this.
    /// </summary>
    private const uint LargestWindow = int.MaxValue;

    private const ulong BeginCode = 0x11;
    private const ulong FlowCode = 0x13;
    private const ulong TransferCode = 0x14;
    private readonly Dictionary<(ushort Channel, uint Handle), int> _parts = [];
    private bool _disposed;

    /// <summary>Gets the last flow frame.</summary>
    public FlowState LastFlow { get; private set; }

    /// <summary>Checks a whole frame, and lowers the window in it where the library cannot count with it.</summary>
    /// <exception cref="AmqpException">The frame must not reach the library.</exception>
    public void Check(Span<byte> frame)
    {
        var start = frame[4] * 4;
        if (frame[4] < 2 || start > frame.Length)
            throw new AmqpException(ErrorCode.FramingError, "A frame's header is longer than the frame.");
        if (start == frame.Length)
            return;
        var end = AmqpScanner.End(frame, start);
        var code = AmqpScanner.DescriptorCode(frame, start);
        if (code == TransferCode)
            CheckTransfer(frame, start, frame.Length - end);
        else if (code == BeginCode)
            LimitWindow(frame, start, field: 2);
        else if (code == FlowCode)
            LastFlow = ReadFlow(frame, start);
    }

    public void Dispose()
    {
        lock (_parts)
        {
            _disposed = true;
            foreach (var bytes in _parts.Values)
                unfinished.Remove(bytes);
            _parts.Clear();
        }
    }

    private void CheckTransfer(ReadOnlySpan<byte> frame, int start, int payload)
    {
        var fields = new PerformativeFields(frame, start);
        var handle = fields.UInt(0);
        var more = fields.Flag(5) && !fields.Flag(9);
        var key = (BinaryPrimitives.ReadUInt16BigEndian(frame[6..]), handle);
        lock (_parts)
        {
            if (_parts.Remove(key, out var sofar))
                unfinished.Remove(sofar);
            if (!more || _disposed)
                return;

            var size = sofar + payload;
            if (size > maxMessageBytes + MaxFrameSize || !unfinished.TryAdd(size))
                throw new AmqpException(ErrorCode.ResourceLimitExceeded, "A message in parts is larger than the broker takes.");
            _parts[key] = size;
        }
    }

    private static FlowState ReadFlow(Span<byte> frame, int start)
    {
        LimitWindow(frame, start, field: 1);
        var fields = new PerformativeFields(frame, start);
        return new FlowState(fields.UInt(5), Math.Min(fields.UInt(6), int.MaxValue));
    }

    private static void LimitWindow(Span<byte> frame, int start, int field)
    {
        var fields = new PerformativeFields(frame, start);
        if (fields.UInt(field) > LargestWindow)
            BinaryPrimitives.WriteUInt32BigEndian(frame[(fields.At(field) + 1)..], LargestWindow);
    }
}

/// <summary>The bytes of unfinished messages on all connections together.</summary>
internal sealed class UnfinishedBytes(long limit)
{
    private long _bytes;

    public bool TryAdd(int bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) <= limit)
            return true;
        Remove(bytes);
        return false;
    }

    public void Remove(int bytes) => Interlocked.Add(ref _bytes, -bytes);
}
