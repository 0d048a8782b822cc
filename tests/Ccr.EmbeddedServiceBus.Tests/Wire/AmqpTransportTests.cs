using Amqp;
using Ccr.EmbeddedServiceBus.Entities;
using Ccr.EmbeddedServiceBus.Wire;

namespace Ccr.EmbeddedServiceBus.Tests.Wire;

public sealed class AmqpTransportTests
{
    private static readonly byte[] Header = [.. "AMQP"u8, 0, 1, 0, 0];
    private static readonly byte[] EmptyFrame = [0, 0, 0, 8, 2, 0, 0, 0];

    [Fact(Timeout = 30_000)]
    public async Task ReceiveAsync_WithBytesInAnyPortions_GivesWholeFramesInOrder()
    {
        var ct = TestContext.Current.CancellationToken;
        var frames = Enumerable.Range(1, 300).SelectMany(Frame).ToArray();
        using var stream = new ScriptedStream(frames, portion: 7);
        var transport = Transport(stream);
        var received = new byte[Header.Length + frames.Length];

        for (var offset = 0; offset < received.Length;)
        {
            ct.ThrowIfCancellationRequested();
            offset += await transport.ReceiveAsync(received, offset, Math.Min(received.Length - offset, 5_000));
        }

        Assert.Equal([.. Header, .. frames], received);
        Assert.Equal(0, await transport.ReceiveAsync(received, 0, 1));
    }

    [Fact(Timeout = 30_000)]
    public async Task ReceiveAsync_WhileTheClientDoesNotRead_StopsAfterAThousandFrames()
    {
        var ct = TestContext.Current.CancellationToken;
        var frames = Enumerable.Repeat(EmptyFrame, 2_000).SelectMany(f => f).ToArray();
        using var stream = new ScriptedStream(frames, portion: 64);
        var transport = Transport(stream);
        var write = transport.SendAsync([new ByteBuffer([1], 0, 1, 1)], 1);
        var buffer = new byte[8];
        await transport.ReceiveAsync(buffer, 0, 8);

        var received = 0;
        Task<int> read;
        for (read = transport.ReceiveAsync(buffer, 0, 8); await IsDoneAsync(read, received); read = transport.ReceiveAsync(buffer, 0, 8))
            received++;

        Assert.Equal(1_000, received);
        stream.LetWrite();
        await write.WaitAsync(ct);
        Assert.Equal(8, await read.WaitAsync(ct));
    }

    [Fact(Timeout = 30_000)]
    public async Task IsCongested_WhenMuchIsWaiting_WakesTheConsumerOnceItIsWritten()
    {
        var ct = TestContext.Current.CancellationToken;
        using var stream = new ScriptedStream([], portion: 1);
        var transport = Transport(stream);
        var consumer = new Consumer();
        transport.Queued(2_000_000);

        Assert.True(transport.IsCongested(consumer));
        var write = transport.SendAsync([new ByteBuffer([1], 0, 1, 1)], 2_000_000);
        Assert.Equal(0, consumer.Wakes);
        stream.LetWrite();
        await write.WaitAsync(ct);

        Assert.Equal(1, consumer.Wakes);
        Assert.False(transport.IsCongested(consumer));
    }

    /// <summary>A read that is held back stays pending; one that is not, ends soon.</summary>
    private static async Task<bool> IsDoneAsync(Task read, int received)
    {
        for (var i = 0; i < (received < 1_000 ? 10_000_000 : 1_000) && !read.IsCompleted; i++)
            await Task.Yield();
        return read.IsCompleted;
    }

    private static byte[] Frame(int number)
    {
        var body = new byte[number * 3];
        body.AsSpan().Fill((byte)number);
        byte[] value = [0x00, 0x53, 0x10, 0xB0, 0, 0, (byte)(body.Length >> 8), (byte)body.Length, .. body];
        var size = value.Length + 8;
        return [0, 0, (byte)(size >> 8), (byte)size, 2, 0, 0, 0, .. value];
    }

    private static AmqpTransport Transport(Stream stream) =>
        new(stream, Header, new FrameInspector(262_144, new UnfinishedBytes(1_000_000)), TimeProvider.System, () => { });

    private sealed class Consumer : IConsumer
    {
        public int Wakes { get; private set; }

        public void Wake() => Wakes++;
    }

    /// <summary>Gives its bytes in small portions, and lets writes wait until it is told.</summary>
    private sealed class ScriptedStream(byte[] bytes, int portion) : MemoryStream(bytes)
    {
        private readonly TaskCompletionSource _write = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void LetWrite() => _write.TrySetResult();

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, portion)], cancellationToken);

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            await _write.Task.WaitAsync(cancellationToken);
    }
}
