using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace Ccr.EmbeddedServiceBus.Tests.Wire;

/// <summary>A client that says what a test wants it to say, frame by frame or byte by byte.</summary>
internal sealed class RawClient : IDisposable
{
    private static readonly byte[] AmqpHeader = [.. "AMQP"u8, 0, 1, 0, 0];
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp);

    public static async Task<RawClient> ConnectAsync(int port, CancellationToken ct)
    {
        var client = new RawClient();
        await client._socket.ConnectAsync(IPAddress.Loopback, port, ct);
        return client;
    }

    /// <summary>Connects, and opens a connection and a session.</summary>
    public static async Task<RawClient> OpenAsync(int port, CancellationToken ct)
    {
        var client = await ConnectAsync(port, ct);
        await client.SendAsync(AmqpHeader, ct);
        await client.SendAsync(new Open { ContainerId = Guid.NewGuid().ToString("N"), HostName = "localhost", MaxFrameSize = 65536 }, ct);
        await client.SendAsync(new Begin { IncomingWindow = uint.MaxValue, OutgoingWindow = uint.MaxValue, NextOutgoingId = 1, HandleMax = 10 }, ct);
        return client;
    }

    public async Task SendAsync(byte[] bytes, CancellationToken ct) => await _socket.SendAsync(bytes, ct);

    /// <summary>Sends a frame on channel 0.</summary>
    public Task SendAsync(RestrictedDescribed performative, CancellationToken ct, params byte[] payload)
    {
        var buffer = new ByteBuffer(256, autoGrow: true);
        performative.Encode(buffer);
        return SendFrameAsync([.. buffer.Buffer.AsSpan(buffer.Offset, buffer.Length), .. payload], ct);
    }

    public Task SendFrameAsync(byte[] body, CancellationToken ct)
    {
        var size = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(size, body.Length + 8);
        return SendAsync([.. size, 2, 0, 0, 0, .. body], ct);
    }

    public Task AttachSenderAsync(string entity, CancellationToken ct) => SendAsync(
        new Attach { LinkName = "sender", Handle = 0, Role = false, Source = new Source(), Target = new Target { Address = entity } }, ct);

    public async Task AttachReceiverAsync(string entity, uint credit, bool settled, CancellationToken ct)
    {
        await SendAsync(
            new Attach
            {
                LinkName = "receiver",
                Handle = 1,
                Role = true,
                SndSettleMode = settled ? SenderSettleMode.Settled : SenderSettleMode.Unsettled,
                Source = new Source { Address = entity },
                Target = new Target(),
            },
            ct);
        await SendAsync(
            new Flow { Handle = 1, DeliveryCount = 0, LinkCredit = credit, IncomingWindow = uint.MaxValue, OutgoingWindow = 100, NextOutgoingId = 1 },
            ct);
    }

    /// <summary>Reads what the broker sends first.</summary>
    public async Task<int> ReceiveAsync(CancellationToken ct) => await _socket.ReceiveAsync(new byte[65536], ct);

    /// <summary>Reads until the broker has sent a performative of a kind.</summary>
    public async Task ReceiveAsync(byte code, CancellationToken ct)
    {
        byte[] wanted = [2, 0, 0, 0, 0x00, 0x53, code];
        var (buffer, size) = (new byte[65536], 0);
        while (buffer.AsSpan(0, size).IndexOf(wanted) < 0)
            size += await _socket.ReceiveAsync(buffer.AsMemory(size), ct) is var read and > 0 ? read : throw new EndOfStreamException();
    }

    /// <summary>Reads until the broker closes the connection; false if it does not within the time.</summary>
    public async Task<bool> IsClosedAsync(CancellationToken ct)
    {
        var buffer = new byte[65536];
        try
        {
            while (await _socket.ReceiveAsync(buffer, ct) > 0)
            {
            }
        }
        catch (SocketException)
        {
            return true;
        }

        return true;
    }

    public void Dispose() => _socket.Dispose();
}
