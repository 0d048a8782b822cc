using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Ccr.EmbeddedServiceBus.Wire;

/// <summary>The bytes of one connection below the AMQP library: whole, checked frames in; pressure when a client does not read.</summary>
internal sealed class AmqpTransport(Stream stream, byte[] header, FrameInspector inspector, TimeProvider time, Action onClosed) : IAsyncTransport
{
    private const int HighWater = 1 << 20;
    private const int LowWater = 1 << 18;
    private const int FramesReadDuringOneWrite = 1_000;
    private const int FramesInOneGo = 64;
    private const int InitialBuffer = 4096;
    private static readonly ConditionalWeakTable<Connection, AmqpTransport> ByConnection = [];

    private readonly HashSet<IConsumer> _stalled = [];
    private byte[] _buffer = header;
    private int _start;
    private int _end = header.Length;
    private int _released = header.Length;
    private long _queued;
    private long _writeStarted;
    private int _framesReadDuringWrite;
    private uint _framesRead;
    private Task _write = Task.CompletedTask;
    private int _closed;
    private volatile bool _isBroken;

    /// <summary>Gets whether nothing comes in or goes out any more: the client is gone, however that came about.</summary>
    public bool IsBroken => _isBroken || Volatile.Read(ref _closed) != 0;

    /// <summary>Gets whether the client has sent its first frame, the Open.</summary>
    public bool HasOpened { get; private set; }

    /// <summary>Gets how long the write in progress has been waiting for the client to read.</summary>
    public TimeSpan WriteWait
    {
        get
        {
            var started = Volatile.Read(ref _writeStarted);
            return started == 0 ? TimeSpan.Zero : time.GetElapsedTime(started);
        }
    }

    public void SetConnection(Connection connection) => ByConnection.Add(connection, this);

    /// <summary>Finds the transport below a connection.</summary>
    public static AmqpTransport Of(Connection connection) => ByConnection.TryGetValue(connection, out var transport)
        ? transport : throw new InvalidOperationException("The connection was not accepted by this broker.");

    /// <summary>Gets the last flow frame that came in: in a link's flow callback, the one it is called for.</summary>
    public FlowState LastFlow => inspector.LastFlow;

    /// <summary>Counts a delivery on its way out.</summary>
    public void Queued(int bytes) => Interlocked.Add(ref _queued, bytes);

    /// <summary>
    /// Says whether so much is waiting for the client to read that nothing should be added; the consumer is then woken when most of it has been read.
    /// </summary>
    public bool IsCongested(IConsumer consumer)
    {
        if (Volatile.Read(ref _queued) < HighWater)
            return false;
        lock (_stalled)
            _stalled.Add(consumer);
        if (Volatile.Read(ref _queued) < LowWater)
            Resume();
        return true;
    }

    public async Task SendAsync(IList<ByteBuffer> bufferList, int listSize)
    {
        Volatile.Write(ref _writeStarted, time.GetTimestamp());
        var write = WriteAsync(bufferList, listSize);
        _write = write;
        try
        {
            await write;
        }
        catch
        {
            _isBroken = true;
            throw;
        }

        Volatile.Write(ref _writeStarted, 0);
        Volatile.Write(ref _framesReadDuringWrite, 0);
        if (Interlocked.Add(ref _queued, -listSize) < 0)
            Interlocked.Exchange(ref _queued, 0);
        if (Volatile.Read(ref _queued) < LowWater)
            Resume();
    }

    public async Task<int> ReceiveAsync(byte[] buffer, int offset, int count)
    {
        try
        {
            if (_start == _released)
                await ReadFrameAsync();
        }
        catch
        {
            _isBroken = true;
            throw;
        }

        // The library takes "nothing" for the end, and then says of each open delivery that it was rejected.
        var size = Math.Min(count, _released - _start);
        if (size == 0 && count > 0)
            _isBroken = true;
        _buffer.AsSpan(_start, size).CopyTo(buffer.AsSpan(offset));
        _start += size;
        return size;
    }

    public void Close()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
            return;
        inspector.Dispose();
        stream.Dispose();
        onClosed();
    }

    public void Send(ByteBuffer buffer) => throw new NotSupportedException();
    public int Receive(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private async Task WriteAsync(IList<ByteBuffer> bufferList, int listSize)
    {
        // A write to loopback completes at once, so frames would go out one by one: while this yields, those that are being made come together, and the
        // library hands them over in one list.
        await Task.Yield();
        if (bufferList.Count == 1)
        {
            await stream.WriteAsync(bufferList[0].Buffer.AsMemory(bufferList[0].Offset, bufferList[0].Length));
            return;
        }

        var joined = ArrayPool<byte>.Shared.Rent(listSize);
        try
        {
            var size = 0;
            for (var i = 0; i < bufferList.Count; i++)
            {
                var part = bufferList[i];
                part.Buffer.AsSpan(part.Offset, part.Length).CopyTo(joined.AsSpan(size));
                size += part.Length;
            }

            await stream.WriteAsync(joined.AsMemory(0, size));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(joined);
        }
    }

    /// <summary>Reads until one whole frame is there and has passed the inspector; nothing (end of stream) releases none.</summary>
    private async ValueTask ReadFrameAsync()
    {
        // A client that sends without reading the answers would pile them up here.
        if (!_write.IsCompleted && Interlocked.Increment(ref _framesReadDuringWrite) > FramesReadDuringOneWrite)
            await _write;

        // A client that never pauses would keep this thread, and the first time the thread that accepts clients.
        if (_framesRead++ % FramesInOneGo == 0)
            await Task.Yield();

        if (!await FillAsync(4))
            return;
        var size = BinaryPrimitives.ReadUInt32BigEndian(_buffer.AsSpan(_start));
        if (size is < 8 or > FrameInspector.MaxFrameSize)
            throw new AmqpException(ErrorCode.FramingError, $"A frame of {size} bytes is out of range (8 to {FrameInspector.MaxFrameSize}).");
        if (!await FillAsync((int)size))
            return;
        inspector.Check(_buffer.AsSpan(_start, (int)size));
        HasOpened = true;
        _released = _start + (int)size;
    }

    private async ValueTask<bool> FillAsync(int needed)
    {
        while (_end - _start < needed)
        {
            MakeRoomFor(needed);
            var read = await stream.ReadAsync(_buffer.AsMemory(_end));
            if (read == 0)
                return false;
            _end += read;
        }

        return true;
    }

    private void MakeRoomFor(int needed)
    {
        if (_end < _buffer.Length && _buffer.Length - _start >= needed)
            return;
        var size = Math.Max(_buffer.Length, InitialBuffer);
        if (_start == 0 && _end == _buffer.Length && size < FrameInspector.MaxFrameSize)
            size *= 2;
        while (size < needed)
            size *= 2;
        var target = size == _buffer.Length ? _buffer : new byte[size];
        _buffer.AsSpan(_start, _end - _start).CopyTo(target);
        (_buffer, _start, _end, _released) = (target, 0, _end - _start, 0);
    }

    private void Resume()
    {
        IConsumer[] consumers;
        lock (_stalled)
        {
            if (_stalled.Count == 0)
                return;
            consumers = [.. _stalled];
            _stalled.Clear();
        }

        foreach (var consumer in consumers)
            consumer.Wake();
    }
}
