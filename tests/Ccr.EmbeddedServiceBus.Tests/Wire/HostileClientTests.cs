using Amqp;
using Amqp.Framing;
using Ccr.EmbeddedServiceBus.Configuration;

namespace Ccr.EmbeddedServiceBus.Tests.Wire;

/// <summary>Whatever one client does, the others are served.</summary>
public sealed class HostileClientTests
{
    [Fact(Timeout = 60_000)]
    public async Task Broker_WithGarbageAtEveryStage_ServesOthers()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var broker = await StartAsync(ct);
        var random = new Random(1);
        for (var i = 0; i < 60; i++)
        {
            var garbage = new byte[random.Next(1, 3_000)];
            random.NextBytes(garbage);
            using var client = i % 3 == 0 ? await RawClient.ConnectAsync(broker.Port, ct) : await RawClient.OpenAsync(broker.Port, ct);
            if (i % 3 == 1)
                await client.SendAsync(garbage, ct);
            else
                await client.SendFrameAsync(garbage, ct);
        }

        await AssertServesAsync(broker, ct);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(0u)]
    [InlineData(7u)]
    [InlineData(65_537u)]
    [InlineData(uint.MaxValue)]
    public async Task Broker_WithAFrameSizeOutOfRange_ClosesTheConnection(uint size)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var broker = await StartAsync(ct);
        using var client = await RawClient.OpenAsync(broker.Port, ct);

        await client.SendAsync([(byte)(size >> 24), (byte)(size >> 16), (byte)(size >> 8), (byte)size, 2, 0, 0, 0], ct);

        Assert.True(await client.IsClosedAsync(ct));
        await AssertServesAsync(broker, ct);
    }

    [Fact(Timeout = 30_000)]
    public async Task Broker_WithAFrameNestedTwentyThousandDeep_ClosesTheConnection()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var broker = await StartAsync(ct);
        using var client = await RawClient.OpenAsync(broker.Port, ct);

        await client.SendFrameAsync([0x00, 0x53, 0x12, .. Nested(6_000)], ct);

        Assert.True(await client.IsClosedAsync(ct));
        await AssertServesAsync(broker, ct);
    }

    [Fact(Timeout = 30_000)]
    public async Task Send_OfADeeplyNestedMessage_IsRejected()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var broker = await StartAsync(ct);
        using var client = await RawClient.OpenAsync(broker.Port, ct);
        await client.AttachSenderAsync("q", ct);

        await client.SendAsync(Transfer(0, more: false), ct, [0x00, 0x53, 0x77, .. Nested(6_000)]);

        await AssertServesAsync(broker, ct);
        Assert.Equal(0, broker.GetCounts("q").Active);
    }

    [Fact(Timeout = 30_000)]
    public async Task Broker_WithAMessageInEndlessParts_ClosesTheConnection()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var broker = await StartAsync(ct);
        using var client = await RawClient.OpenAsync(broker.Port, ct);
        await client.AttachSenderAsync("q", ct);
        var closed = client.IsClosedAsync(ct);

        for (var part = 0; part < 100 && !closed.IsCompleted; part++)
        {
            try
            {
                await client.SendAsync(Transfer(0, more: true), ct, new byte[60_000]);
            }
            catch (System.Net.Sockets.SocketException)
            {
                break;
            }
        }

        Assert.True(await closed);
        await AssertServesAsync(broker, ct);
    }

    [Fact(Timeout = 60_000)]
    public async Task Receive_ByAClientThatNeverReads_LeavesMostMessagesInTheQueue()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var broker = await StartAsync(ct);
        using var deaf = await RawClient.OpenAsync(broker.Port, ct);
        await deaf.AttachReceiverAsync("flooded", credit: 100_000, settled: true, ct);

        await FillAsync(broker, "flooded", messages: 400, bytes: 100_000, ct);

        Assert.InRange(broker.GetCounts("flooded").Active, 200, 400);
        await AssertServesAsync(broker, ct);
    }

    [Fact(Timeout = 60_000)]
    public async Task Receive_ByAClientThatNeverSettles_StopsAtTheMostUnsettled()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var broker = await StartAsync(ct);
        await FillAsync(broker, "flooded", messages: 6_000, bytes: 10, ct);
        using var greedy = await RawClient.OpenAsync(broker.Port, ct);
        _ = greedy.IsClosedAsync(ct);

        await greedy.AttachReceiverAsync("flooded", credit: 100_000, settled: false, ct);
        await Eventually.IsTrueAsync(() => broker.GetCounts("flooded").Locked == 5_000, ct);

        await AssertServesAsync(broker, ct);
        Assert.Equal(1_000, broker.GetCounts("flooded").Active);
    }

    [Fact(Timeout = 60_000)]
    public async Task Send_WithoutReadingTheAnswers_IsHeldBack()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var broker = await StartAsync(ct);
        using var client = await RawClient.OpenAsync(broker.Port, ct);
        await client.AttachSenderAsync("flooded", ct);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(ct);
        enough.CancelAfter(TimeSpan.FromSeconds(3));
        byte[] payload = [0x00, 0x53, 0x75, 0xA0, 1, 7];

        try
        {
            for (var i = 0u; i < 500_000; i++)
                await client.SendAsync(Transfer(i, more: false), enough.Token, payload);
        }
        catch (OperationCanceledException)
        {
        }

        await AssertServesAsync(broker, ct);
    }

    [Fact(Timeout = 60_000)]
    public async Task Broker_WithTwoThousandSilentConnections_ServesOthers()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var broker = await StartAsync(ct);
        var silent = new List<RawClient>();
        for (var i = 0; i < 2_000; i++)
            silent.Add(await RawClient.ConnectAsync(broker.Port, ct));

        await AssertServesAsync(broker, ct);

        silent.ForEach(c => c.Dispose());
    }

    [Fact(Timeout = 30_000)]
    public async Task Broker_WithTooManyConnections_ClosesFurtherOnesUntilOneLeaves()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var broker = await StartAsync(ct, maxConnections: 3);
        var first = await RawClient.OpenAsync(broker.Port, ct);
        using var second = await RawClient.OpenAsync(broker.Port, ct);
        using var third = await RawClient.OpenAsync(broker.Port, ct);

        using var fourth = await RawClient.ConnectAsync(broker.Port, ct);
        Assert.True(await fourth.IsClosedAsync(ct));

        first.Dispose();
        while (true)
        {
            try
            {
                await AssertServesAsync(broker, ct);
                break;
            }
            catch (Exception e) when (e is AmqpException or OperationCanceledException or System.Net.Sockets.SocketException)
            {
                ct.ThrowIfCancellationRequested();
            }
        }
    }

    [Theory(Timeout = 30_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Broker_WithAClientThatDoesNotIntroduceItself_ClosesItAfterTheHandshakeTimeout(bool afterHeader)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var broker = await StartAsync(ct, handshakeTimeout: TimeSpan.FromMilliseconds(100));
        using var client = await RawClient.ConnectAsync(broker.Port, ct);
        if (afterHeader)
        {
            await client.SendAsync([.. "AMQP"u8, 0, 1, 0, 0], ct);
            await client.ReceiveAsync(ct);
        }

        Assert.True(await client.IsClosedAsync(ct));
    }

    /// <summary>Lists in lists, as deep as asked, each of the length that it says.</summary>
    private static byte[] Nested(int depth)
    {
        var bytes = new List<byte> { 0x45 };
        for (var i = 0; i < depth; i++)
        {
            var size = bytes.Count + 4;
            bytes.InsertRange(0, [0xD0, (byte)(size >> 24), (byte)(size >> 16), (byte)(size >> 8), (byte)size, 0, 0, 0, 1]);
        }

        return [.. bytes];
    }

    private static Transfer Transfer(uint id, bool more) => new()
    {
        Handle = 0,
        DeliveryId = id,
        DeliveryTag = [(byte)(id >> 24), (byte)(id >> 16), (byte)(id >> 8), (byte)id],
        More = more,
    };

    private static async Task FillAsync(EmbeddedBroker broker, string queue, int messages, int bytes, CancellationToken ct)
    {
        await using var client = await AmqpClient.ConnectAsync(broker.Port);
        var sender = client.Sender(queue);
        var body = new string('x', bytes);
        await Task.WhenAll(Enumerable.Range(0, messages).Select(_ => sender.SendAsync(AmqpClient.Text(body)))).WaitAsync(ct);
    }

    private static async Task AssertServesAsync(EmbeddedBroker broker, CancellationToken ct)
    {
        await using var client = await AmqpClient.ConnectAsync(broker.Port).WaitAsync(TimeSpan.FromSeconds(10), ct);
        await client.SendAsync("others", "hello").WaitAsync(ct);
        var receiver = client.Receiver("others");
        var message = await AmqpClient.ReceiveAsync(receiver);
        receiver.Accept(message);
        Assert.Equal("hello", AmqpClient.Text(message!));
    }

    private static Task<EmbeddedBroker> StartAsync(CancellationToken ct, int maxConnections = 5_000, TimeSpan? handshakeTimeout = null) =>
        EmbeddedBroker.StartAsync(
            new EmbeddedBrokerOptions
            {
                Config = new ServiceBusConfig().AddQueue("q").AddQueue("others").AddQueue("flooded"),
                MaxConnections = maxConnections,
                HandshakeTimeout = handshakeTimeout ?? TimeSpan.FromSeconds(20),
            },
            ct: ct);
}
