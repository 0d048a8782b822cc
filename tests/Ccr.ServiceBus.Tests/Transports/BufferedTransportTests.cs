using System.Text;
using System.Threading.Channels;
using Amqp;
using Ccr.ServiceBus.Transports;

namespace Ccr.ServiceBus.Tests.Transports;

public class BufferedTransportTests
{
    private const int Timeout = 10_000;

    private readonly FakeWire _wire = new();
    private readonly BufferedTransport _transport;

    public BufferedTransportTests() => _transport = new(_wire);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = Timeout)]
    public async Task Send_WhileAWriteIsUnderWay_GoesTogetherAndInOrder()
    {
        _wire.Hold();
        await SendAsync("first");
        await _wire.WritingAsync(1, Cancellation);

        for (var i = 0; i < 50; i++) await SendAsync($" {i}");
        _wire.Release();
        await _wire.WritingAsync(2, Cancellation);

        Assert.Equal(["first", string.Concat(Enumerable.Range(0, 50).Select(i => $" {i}"))], _wire.Written);
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_MoreThanThePeerTakes_WaitsForIt()
    {
        _wire.Hold();
        await SendAsync("first");
        await _wire.WritingAsync(1, Cancellation);

        List<Task> sends = [];
        for (var i = 0; i < 6; i++) sends.Add(SendAsync(new string('x', 50_000)));
        var waitingBefore = sends.Count(send => !send.IsCompleted);
        _wire.Release();
        await Task.WhenAll(sends);
        await _wire.WritingAsync(2, Cancellation);

        Assert.Equal(1, waitingBefore);
        Assert.Equal(300_000, _wire.Written[1].Length);
    }

    [Fact(Timeout = Timeout)]
    public async Task Close_WithBytesWaiting_WritesThemFirst()
    {
        _wire.Hold();
        await SendAsync("first");
        await _wire.WritingAsync(1, Cancellation);
        await SendAsync("last");

        _transport.Close();
        var closedBefore = _wire.Closed.IsCompleted;
        _wire.Release();
        await _wire.Closed.WaitAsync(Cancellation);

        Assert.False(closedBefore);
        Assert.Equal(["first", "last"], _wire.Written);
    }

    [Fact(Timeout = Timeout)]
    public async Task Close_Idle_ClosesAtOnce()
    {
        _transport.Close();

        await _wire.Closed.WaitAsync(Cancellation);
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_AfterAWriteFailed_FailsAndTheWireIsClosed()
    {
        _wire.Fault = new IOException("broken pipe");
        await SendAsync("lost");
        await _wire.Closed.WaitAsync(Cancellation);

        var fault = await Assert.ThrowsAsync<IOException>(() => SendAsync("more"));

        Assert.Equal("broken pipe", fault.Message);
    }

    [Fact(Timeout = Timeout)]
    public async Task Receive_SmallPieces_ReadsTheWireOnce()
    {
        _wire.Arrive("abcdefgh");
        _wire.Arrive("ij");
        List<string> pieces = [];

        foreach (var count in new[] { 2, 3, 100, 1, 1 })
        {
            var buffer = new byte[100];
            var read = await _transport.ReceiveAsync(buffer, 5, Math.Min(count, 95));
            pieces.Add(Encoding.ASCII.GetString(buffer, 5, read));
        }

        Assert.Equal(["ab", "cde", "fgh", "i", "j"], pieces);
        Assert.Equal(2, _wire.Reads);
    }

    [Fact(Timeout = Timeout)]
    public async Task Receive_AtTheEnd_IsZero()
    {
        _wire.Arrive("");

        Assert.Equal(0, await _transport.ReceiveAsync(new byte[4], 0, 4).WaitAsync(Cancellation));
    }

    private Task SendAsync(string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        return _transport.SendAsync([new ByteBuffer(bytes, 0, bytes.Length, bytes.Length)], bytes.Length);
    }

    private sealed class FakeWire : IAsyncTransport
    {
        private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Channel<int> _writes = System.Threading.Channels.Channel.CreateUnbounded<int>();
        private readonly Queue<string> _arriving = new();
        private readonly List<string> _written = [];
        private TaskCompletionSource? _held;
        private int _begun;

        public Exception? Fault { get; set; }

        public int Reads { get; private set; }

        public Task Closed => _closed.Task;

        public IReadOnlyList<string> Written
        {
            get { lock (_written) return [.. _written]; }
        }

        public void Hold() => _held = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Release() => _held!.SetResult();

        public void Arrive(string text) => _arriving.Enqueue(text);

        public async Task WritingAsync(int count, CancellationToken cancellationToken)
        {
            while (await _writes.Reader.ReadAsync(cancellationToken) < count)
            {
            }
        }

        public async Task SendAsync(IList<ByteBuffer> bufferList, int listSize)
        {
            if (Fault is not null) throw Fault;
            lock (_written)
            {
                _written.Add(string.Concat(bufferList.Select(
                    part => Encoding.ASCII.GetString(part.Buffer, part.Offset, part.Length))));
            }

            _writes.Writer.TryWrite(++_begun);
            if (_held is not null) await _held.Task;
        }

        public Task<int> ReceiveAsync(byte[] buffer, int offset, int count)
        {
            Reads++;
            return Task.FromResult(Encoding.ASCII.GetBytes(_arriving.Dequeue(), buffer.AsSpan(offset, count)));
        }

        public void Close() => _closed.TrySetResult();

        public void SetConnection(Connection connection) => throw new NotSupportedException();

        public void Send(ByteBuffer buffer) => throw new NotSupportedException();

        public int Receive(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
