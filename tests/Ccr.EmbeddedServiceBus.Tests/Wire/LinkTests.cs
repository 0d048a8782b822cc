using Amqp;
using Amqp.Framing;
using Amqp.Types;
using Ccr.EmbeddedServiceBus.Configuration;

namespace Ccr.EmbeddedServiceBus.Tests.Wire;

/// <summary>Links, credit and settlement, with what the .NET SDK does and the JavaScript SDK does not.</summary>
public sealed class LinkTests : IAsyncLifetime
{
    private EmbeddedBroker _broker = null!;
    private AmqpClient _client = null!;

    [Theory(Timeout = 30_000)]
    [InlineData("q")]
    [InlineData("/q")]
    [InlineData("/Q")]
    [InlineData("amqp://localhost:5671/q")]
    [InlineData("sb://localhost/q")]
    [InlineData("/t/Subscriptions/s")]
    [InlineData("t/subscriptions/S/$deadletterqueue")]
    [InlineData("a%2Fb")]
    public async Task Attach_ToAnyFormOfAnAddress_FindsTheEntity(string address)
    {
        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        var receiver = _client.Receiver(address);

        Assert.Null(await AmqpClient.ReceiveAsync(receiver, 0.1));

        Assert.False(receiver.IsClosed);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("missing", "amqp:not-found")]
    [InlineData("t/Subscriptions/missing", "amqp:not-found")]
    [InlineData("t/Subscriptions/s", "amqp:not-allowed")]
    [InlineData("q/$DeadLetterQueue", "amqp:not-allowed")]
    public async Task Send_ToWhatTakesNoMessages_SaysWhy(string address, string condition)
    {
        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();

        var e = await Assert.ThrowsAsync<AmqpException>(() => _client.SendAsync(address, "hello"));

        Assert.Equal(condition, e.Error.Condition.ToString());
    }

    [Theory(Timeout = 30_000)]
    [InlineData("missing", "amqp:not-found")]
    [InlineData("t", "amqp:not-allowed")]
    [InlineData("forwarding", "amqp:not-allowed")]
    public async Task Receive_FromWhatGivesNoMessages_SaysWhy(string address, string condition)
    {
        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();

        var e = await Assert.ThrowsAsync<AmqpException>(() => AmqpClient.ReceiveAsync(_client.Receiver(address)));

        Assert.Equal(condition, e.Error.Condition.ToString());
    }

    /// <summary>
    /// A client without a limit to its window, as Microsoft's, that has seen a transfer and says so before the broker has counted it, once got nothing more
    /// from then on: on a busy machine two links of one soak within the first 10,000 messages. Credit without a limit was taken for none, too.
    /// </summary>
    [Theory(Timeout = 30_000)]
    [InlineData(5, 1)]
    [InlineData(uint.MaxValue, 0)]
    public async Task Flow_WithoutALimit_LetsMessagesThrough(uint credit, uint ahead)
    {
        const uint FirstTransfer = 0;
        const byte Transfer = 0x14;
        var ct = TestContext.Current.CancellationToken;
        using var raw = await RawClient.OpenAsync(_broker.Port, ct);
        await raw.AttachReceiverAsync("q", credit: 0, settled: true, ct);
        await raw.SendAsync(
            new Flow
            {
                Handle = 1,
                DeliveryCount = 0,
                LinkCredit = credit,
                NextIncomingId = FirstTransfer + ahead,
                IncomingWindow = uint.MaxValue,
                OutgoingWindow = 100,
                NextOutgoingId = 1,
            },
            ct);

        await _client.SendAsync("q", "hello");

        await raw.ReceiveAsync(Transfer, ct);
    }

    [Fact(Timeout = 30_000)]
    public async Task Attach_OfATransactionCoordinator_IsRefusedAndTheConnectionLives()
    {
        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        var closed = new TaskCompletionSource<Error>();
        var link = new SenderLink(
            _client.Session, "tx", new Attach { Source = new Source(), Target = new Amqp.Transactions.Coordinator() }, null);

        link.AddClosedCallback((_, error) => closed.TrySetResult(error));

        Assert.Equal(ErrorCode.NotImplemented, (await closed.Task).Condition);
        await _client.SendAsync("q", "still here");
    }

    [Fact(Timeout = 30_000)]
    public async Task Drain_WithFewerMessagesThanCredit_DeliversThemAndEndsTheCredit()
    {
        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        await _client.SendAsync("q", "one");
        var receiver = _client.Receiver("q");

        receiver.SetCredit(5, CreditMode.Drain);
        Assert.Equal("one", AmqpClient.Text((await receiver.ReceiveAsync(TimeSpan.FromSeconds(5)))!));
        await _client.SendAsync("q", "two");
        Assert.Null(await receiver.ReceiveAsync(TimeSpan.FromMilliseconds(200)));

        receiver.SetCredit(1, CreditMode.Manual);
        Assert.Equal("two", AmqpClient.Text((await receiver.ReceiveAsync(TimeSpan.FromSeconds(5)))!));
    }

    [Fact(Timeout = 30_000)]
    public async Task Credit_RepeatedByARedundantFlow_IsStillGood()
    {
        var ct = TestContext.Current.CancellationToken;
        using var raw = await RawClient.OpenAsync(_broker.Port, ct);
        await raw.AttachReceiverAsync("q", credit: 1, settled: true, ct);
        await raw.SendAsync(
            new Flow { Handle = 1, DeliveryCount = 0, LinkCredit = 1, IncomingWindow = uint.MaxValue, OutgoingWindow = 100, NextOutgoingId = 1 }, ct);

        await _client.SendAsync("q", "one");
        await _client.SendAsync("q", "two");

        await Eventually.IsTrueAsync(() => _broker.GetCounts("q").Active == 1, ct);
        await _client.SendAsync("q", "three");
        Assert.Equal(2, _broker.GetCounts("q").Active);
    }

    [Fact(Timeout = 30_000)]
    public async Task Close_OfALinkWithLockedMessages_KeepsTheLocks()
    {
        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        await _client.SendAsync("q", "hello");
        var receiver = _client.Receiver("q");
        var message = await AmqpClient.ReceiveAsync(receiver);

        await receiver.CloseAsync();

        Assert.Equal(1, _broker.GetCounts("q").Locked);
        Assert.True(await ManagementClient.For(_client, "q").SettleAsync(message!));
        Assert.Equal(new EntityCounts(0, 0, 0, 0, 0), _broker.GetCounts("q"));
    }

    [Fact(Timeout = 30_000)]
    public async Task Release_OfAMessage_DoesNotCountTheDelivery()
    {
        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        await _client.SendAsync("q", "hello");
        var receiver = _client.Receiver("q");
        receiver.Release(await AmqpClient.ReceiveAsync(receiver));

        var again = await AmqpClient.ReceiveAsync(receiver);

        Assert.Equal(0u, again!.Header.DeliveryCount);
    }

    [Fact(Timeout = 30_000)]
    public async Task Reject_WithStringKeys_DeadLettersWithThem()
    {
        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        await _client.SendAsync("q", "hello");
        var receiver = _client.Receiver("q");
        var info = new Fields { [(Symbol)"DeadLetterReason"] = "R", [(Symbol)"DeadLetterErrorDescription"] = "D" };
        receiver.Reject(await AmqpClient.ReceiveAsync(receiver), new Error("com.microsoft:dead-letter") { Info = info });

        var letter = await AmqpClient.ReceiveAsync(_client.Receiver("q/$DeadLetterQueue"));

        Assert.Equal("R", letter!.ApplicationProperties["DeadLetterReason"]);
        Assert.Equal("q", AmqpClient.Annotation<string>(letter, "x-opt-deadletter-source"));
    }

    [Fact(Timeout = 30_000)]
    public async Task Send_ToAFullEntity_IsRefusedUntilThereIsRoom()
    {
        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        for (var i = 0; i < 10; i++)
            await _client.SendAsync("q", "hello");

        var e = await Assert.ThrowsAsync<AmqpException>(() => _client.SendAsync("q", "one too many"));
        Assert.Equal(ErrorCode.ResourceLimitExceeded, e.Error.Condition);

        var receiver = _client.Receiver("q");
        Assert.True(await ManagementClient.For(_client, "q").SettleAsync((await AmqpClient.ReceiveAsync(receiver))!));
        await _client.SendAsync("q", "room again");
    }

    [Fact(Timeout = 30_000)]
    public async Task Sasl_ByTheDotNetSdksMechanism_IsTaken()
    {
        var ct = TestContext.Current.CancellationToken;
        using var raw = await RawClient.ConnectAsync(_broker.Port, ct);
        byte[] mechanism = [0xA3, 7, .. "MSSBCBS"u8];
        byte[] init = [0x00, 0x53, 0x41, 0xC0, (byte)(mechanism.Length + 1), 1, .. mechanism];

        await raw.SendAsync([.. "AMQP"u8, 3, 1, 0, 0, 0, 0, 0, (byte)(init.Length + 8), 2, 1, 0, 0, .. init, .. "AMQP"u8, 0, 1, 0, 0], ct);
        await raw.SendAsync(new Open { ContainerId = "c" }, ct);
        await raw.SendAsync(new Begin { IncomingWindow = 100, OutgoingWindow = 100, NextOutgoingId = 1, HandleMax = 10 }, ct);
        await raw.AttachReceiverAsync("q", credit: 1, settled: true, ct);
        await _client.SendAsync("q", "hello");

        await Eventually.IsTrueAsync(() => _broker.GetCounts("q").Active == 0, ct);
    }

    public async ValueTask InitializeAsync()
    {
        _broker = await EmbeddedBroker.StartAsync(new EmbeddedBrokerOptions
        {
            Config = new ServiceBusConfig()
                .AddQueue("q").AddQueue("a/b").AddQueue("forwarding", q => q with { ForwardTo = "q" }).AddTopic("t", "s"),
            MaxEntityMessages = 10,
        });
        _client = await AmqpClient.ConnectAsync(_broker.Port);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _broker.DisposeAsync();
    }
}
