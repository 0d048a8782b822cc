using Amqp;

namespace Ccr.ServiceBus.Transports;

/// <summary>
/// Saves system calls for the AMQP library, which reads each frame's length and content by itself and writes each frame
/// as soon as it has one: here, what has arrived is read at once, and frames come together while the writer gets going.
/// </summary>
internal sealed class BufferedTransport(IAsyncTransport inner) : IAsyncTransport, IThreadPoolWorkItem
{
    private const int ReadSize = 64 * 1024;

    // When so much is waiting, the library waits too, and with it the senders.
    private const int HighWater = 256 * 1024;

    private readonly byte[] _read = new byte[ReadSize];
    private int _start;
    private int _end;

    // Guarded by _gate.
    private readonly Lock _gate = new();
    private ByteBuffer _filling = new(ReadSize, autoGrow: true);
    private ByteBuffer _writing = new(ReadSize, autoGrow: true);
    private TaskCompletionSource? _belowHighWater;
    private Exception? _fault;
    private bool _isWriting;
    private bool _isClosing;

    /// <inheritdoc/>
    public void SetConnection(Connection connection) => inner.SetConnection(connection);

    /// <inheritdoc/>
    public Task<int> ReceiveAsync(byte[] buffer, int offset, int count) =>
        _start < _end ? Task.FromResult(Take(buffer, offset, count)) : FillAsync(buffer, offset, count);

    /// <inheritdoc/>
    public Task SendAsync(IList<ByteBuffer> bufferList, int listSize)
    {
        lock (_gate)
        {
            if (_fault is not null) return Task.FromException(_fault);
            _filling.ValidateWrite(listSize);
            foreach (var part in bufferList)
            {
                Buffer.BlockCopy(part.Buffer, part.Offset, _filling.Buffer, _filling.WritePos, part.Length);
                _filling.Append(part.Length);
            }

            if (!_isWriting)
            {
                _isWriting = true;
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            }

            return _filling.Length < HighWater ? Task.CompletedTask : (_belowHighWater ??= new(
                TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Closes once everything is written.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosing = true;
            if (_isWriting) return;
        }

        inner.Close();
    }

    /// <inheritdoc/>
    public void Send(ByteBuffer buffer) => inner.Send(buffer);

    /// <inheritdoc/>
    public int Receive(byte[] buffer, int offset, int count) =>
        ReceiveAsync(buffer, offset, count).GetAwaiter().GetResult();

    void IThreadPoolWorkItem.Execute() => _ = WriteAsync();

    private async Task WriteAsync()
    {
        while (TakeFilled())
        {
            try
            {
                await inner.SendAsync([_writing], _writing.Length);
            }
            catch (Exception exception)
            {
                Fail(exception);
                return;
            }
        }
    }

    // Whether there is something to write; if not, the writing ends.
    private bool TakeFilled()
    {
        TaskCompletionSource? belowHighWater;
        lock (_gate)
        {
            if (_filling.Length == 0)
            {
                _isWriting = false;
                if (!_isClosing) return false;
            }

            _writing.Reset();
            (_filling, _writing) = (_writing, _filling);
            (belowHighWater, _belowHighWater) = (_belowHighWater, null);
        }

        belowHighWater?.TrySetResult();
        if (_writing.Length > 0) return true;
        inner.Close();
        return false;
    }

    // Without its transport the read loop ends, and reports the connection as lost.
    private void Fail(Exception exception)
    {
        TaskCompletionSource? belowHighWater;
        lock (_gate)
        {
            _fault = exception;
            _isWriting = false;
            (belowHighWater, _belowHighWater) = (_belowHighWater, null);
        }

        belowHighWater?.TrySetException(exception);
        inner.Close();
    }

    private async Task<int> FillAsync(byte[] buffer, int offset, int count)
    {
        _start = 0;
        _end = await inner.ReceiveAsync(_read, 0, ReadSize);
        return Take(buffer, offset, count);
    }

    private int Take(byte[] buffer, int offset, int count)
    {
        var taken = Math.Min(count, _end - _start);
        Buffer.BlockCopy(_read, _start, buffer, offset, taken);
        _start += taken;
        return taken;
    }
}
