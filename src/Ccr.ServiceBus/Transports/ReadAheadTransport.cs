using Amqp;
using Amqp.Sasl;
using Amqp.Types;

namespace Ccr.ServiceBus.Transports;

/// <summary>
/// Saves system calls for the AMQP library, which reads each frame's length and content by itself and writes each frame
/// as soon as it has one: reads what there is at once, and lets frames come together while it gets ready to write.
/// </summary>
internal sealed class ReadAheadTransport(IAsyncTransport inner) : IAsyncTransport
{
    private const int BufferSize = 64 * 1024;

    private readonly byte[] _buffer = new byte[BufferSize];
    private int _start;
    private int _end;

    /// <inheritdoc/>
    public void SetConnection(Connection connection) => inner.SetConnection(connection);

    /// <inheritdoc/>
    public Task<int> ReceiveAsync(byte[] buffer, int offset, int count) =>
        _start < _end ? Task.FromResult(Take(buffer, offset, count)) : FillAsync(buffer, offset, count);

    /// <inheritdoc/>
    public async Task SendAsync(IList<ByteBuffer> bufferList, int listSize)
    {
        await Task.Yield();
        await inner.SendAsync(bufferList, listSize);
    }

    /// <inheritdoc/>
    public void Close() => inner.Close();

    /// <inheritdoc/>
    public void Send(ByteBuffer buffer) => inner.Send(buffer);

    /// <inheritdoc/>
    public int Receive(byte[] buffer, int offset, int count) =>
        ReceiveAsync(buffer, offset, count).GetAwaiter().GetResult();

    private async Task<int> FillAsync(byte[] buffer, int offset, int count)
    {
        _start = 0;
        _end = await inner.ReceiveAsync(_buffer, 0, BufferSize);
        return Take(buffer, offset, count);
    }

    private int Take(byte[] buffer, int offset, int count)
    {
        var taken = Math.Min(count, _end - _start);
        Buffer.BlockCopy(_buffer, _start, buffer, offset, taken);
        _start += taken;
        return taken;
    }
}

/// <summary>SASL ANONYMOUS, which goes on over a <see cref="ReadAheadTransport"/>; the token comes later by $cbs.</summary>
internal sealed class AnonymousSasl() : SaslProfile("ANONYMOUS")
{
    protected override ITransport UpgradeTransport(ITransport transport) =>
        new ReadAheadTransport((IAsyncTransport)transport);

    protected override DescribedList GetStartCommand(string hostname) =>
        new SaslInit { Mechanism = Mechanism, InitialResponse = "anonymous"u8.ToArray(), HostName = hostname };

    protected override DescribedList? OnCommand(DescribedList command) => null;
}
