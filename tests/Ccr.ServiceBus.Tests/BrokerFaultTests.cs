using System.Collections.Concurrent;
using Amqp.Framing;
using Ccr.ServiceBus.Tests.Support;

namespace Ccr.ServiceBus.Tests;

/// <summary>What a broker can answer besides yes.</summary>
public sealed class BrokerFaultTests : IAsyncLifetime
{
    private const int Timeout = 30_000;

    private readonly ScriptedPeer _peer = new();
    private ServiceBusConnection? _connection;

    private ServiceBusConnection Connection => _connection!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _connection = new(new()
        {
            Connection = _peer.ConnectionString,
            ReconnectDelay = TimeSpan.FromMilliseconds(10),
            MaxReconnectDelay = TimeSpan.FromMilliseconds(100),
            OperationTimeout = TimeSpan.FromSeconds(2),
        });
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        await _peer.DisposeAsync();
    }

    [Theory(Timeout = Timeout)]
    [InlineData("com.microsoft:server-busy")]
    [InlineData("amqp:internal-error")]
    public async Task Send_RefusedForNow_IsTriedAgainUntilTaken(string condition)
    {
        var tries = 0;
        _peer.OnSend = _ => ++tries < 4 ? Refusal(condition) : new Accepted();
        await using var sender = Connection.CreateSender("queue");

        await sender.SendAsync(new(), Cancellation);

        Assert.Equal(4, tries);
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_BusyForTooLong_SaysSo()
    {
        var tries = 0;
        _peer.OnSend = _ =>
        {
            tries++;
            return Refusal("com.microsoft:server-busy");
        };
        await using var sender = Connection.CreateSender("queue");

        var fault = await Assert.ThrowsAsync<MessagingException>(() => sender.SendAsync(new(), Cancellation));

        Assert.Equal(MessagingFault.ServerBusy, fault.Fault);
        Assert.InRange(tries, 10, 100);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("amqp:not-allowed", MessagingFault.Refused)]
    [InlineData("amqp:link:message-size-exceeded", MessagingFault.MessageTooLarge)]
    [InlineData("amqp:unauthorized-access", MessagingFault.Unauthorized)]
    public async Task Send_RefusedForGood_IsNotTriedAgain(string condition, MessagingFault expected)
    {
        var tries = 0;
        _peer.OnSend = _ =>
        {
            tries++;
            return Refusal(condition);
        };
        await using var sender = Connection.CreateSender("queue");

        var fault = await Assert.ThrowsAsync<MessagingException>(() => sender.SendAsync(new(), Cancellation));

        Assert.Equal(expected, fault.Fault);
        Assert.Equal(1, tries);
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_Released_IsTriedAgain()
    {
        var tries = 0;
        _peer.OnSend = _ => ++tries == 1 ? new Released() : new Accepted();
        await using var sender = Connection.CreateSender("queue");

        await sender.SendAsync(new(), Cancellation);

        Assert.Equal(2, tries);
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_NeverAnswered_IsUnconfirmedAndTheLinkIsReplaced()
    {
        _peer.OnSend = _ => null;
        await using var sender = Connection.CreateSender("queue");

        var fault = await Assert.ThrowsAsync<MessagingException>(() => sender.SendAsync(new(), Cancellation));
        _peer.OnSend = _ => new Accepted();
        await sender.SendAsync(new(), Cancellation);

        Assert.Equal(MessagingFault.Unconfirmed, fault.Fault);
        Assert.Equal(2, _peer.Attached);
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_Cancelled_EndsAtOnce()
    {
        TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _peer.OnSend = _ =>
        {
            arrived.TrySetResult();
            return null;
        };
        await using var sender = Connection.CreateSender("queue");
        using CancellationTokenSource cancel = new();

        var sending = sender.SendAsync(new(), cancel.Token);
        await arrived.Task.WaitAsync(Cancellation);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("amqp:link:detach-forced")]
    [InlineData("amqp:connection:forced")]
    public async Task Send_AfterTheLinkWasDetached_AttachesAnew(string condition)
    {
        await using var sender = Connection.CreateSender("queue");
        await sender.SendAsync(new(), Cancellation);

        _peer.Detach(condition);
        while (Connection.Health.LastError is null)
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Cancellation);
        await sender.SendAsync(new(), Cancellation);

        Assert.Equal(2, _peer.Attached);
        Assert.StartsWith("CCR4006: The connection to 'queue' was lost (as the test says).", Connection.Health.LastError);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("com.microsoft:entity-disabled", MessagingFault.EntityDisabled)]
    [InlineData("amqp:unauthorized-access", MessagingFault.Unauthorized)]
    public async Task Attach_RefusedForGood_IsToldToEveryCallerButAskedOnce(string condition, MessagingFault expected)
    {
        _peer.OnAttach = () => new Error(condition) { Description = "no" };
        await using var sender = Connection.CreateSender("queue");

        var faults = await Task.WhenAll(Enumerable.Range(0, 10).Select(
            _ => Assert.ThrowsAsync<MessagingException>(() => sender.SendAsync(new(), Cancellation))));

        Assert.All(faults, fault => Assert.Equal(expected, fault.Fault));
        Assert.Equal(1, _peer.Attached);
    }

    [Fact(Timeout = Timeout)]
    public async Task Attach_NeverAnswered_TimesOut()
    {
        _peer.IgnoresAttach = true;
        await using var sender = Connection.CreateSender("queue");

        var fault = await Assert.ThrowsAsync<MessagingException>(() => sender.SendAsync(new(), Cancellation));

        Assert.Equal(MessagingFault.Timeout, fault.Fault);
    }

    [Theory(Timeout = Timeout)]
    [InlineData(401)]
    [InlineData(404)]
    public async Task PutToken_Refused_NamesEntityAndClaim(int status)
    {
        _peer.OnPutToken = () => (status, "ExpiredToken: the token is expired. TrackingId:1");
        await using var sender = Connection.CreateSender("queue");

        var fault = await Assert.ThrowsAsync<MessagingException>(() => sender.SendAsync(new(), Cancellation));

        Assert.StartsWith(
            "CCR4002: The Send claim on 'queue' was refused (ExpiredToken: the token is expired. TrackingId:1)", fault.Message);
    }

    [Fact(Timeout = Timeout)]
    public async Task PutToken_BusyForNow_IsTriedAgain()
    {
        var tries = 0;
        _peer.OnPutToken = () => ++tries < 3 ? (503, "busy") : (200, "OK");
        await using var sender = Connection.CreateSender("queue");

        await sender.SendAsync(new(), Cancellation);

        Assert.Equal(3, tries);
    }

    [Fact(Timeout = Timeout)]
    public async Task Settle_AnsweredWithALostLock_ReportsItAndAbandonsNothing()
    {
        _peer.OnSettle = _ => Refusal("com.microsoft:message-lock-lost");
        _peer.ToDeliver.Enqueue(ScriptedPeer.Deliverable("m"));
        TaskCompletionSource<MessagingException> lost = new(TaskCreationOptions.RunContinuationsAsynchronously);

        await using var pump = Connection.CreatePump("queue", new(), async (_, settlement, token) =>
        {
            try
            {
                await settlement.CompleteAsync(token);
            }
            catch (MessagingException fault)
            {
                lost.TrySetResult(fault);
                throw;
            }
        });
        await pump.StartAsync(Cancellation);
        var fault = await lost.Task.WaitAsync(Cancellation);
        await pump.StopAsync(Cancellation);

        Assert.Equal(MessagingFault.LockLost, fault.Fault);
        Assert.IsType<Accepted>(Assert.Single(_peer.Settlements));
    }

    [Fact(Timeout = Timeout)]
    public async Task Settle_NeverAnswered_IsUnconfirmed()
    {
        _peer.OnSettle = _ => null;
        _peer.ToDeliver.Enqueue(ScriptedPeer.Deliverable("m"));
        await using var receiver = Connection.CreateReceiver("queue");
        var message = Assert.Single(await receiver.ReceiveAsync(1, TimeSpan.FromSeconds(5), Cancellation));

        var fault = await Assert.ThrowsAsync<MessagingException>(() => message.Settlement.CompleteAsync(Cancellation));

        Assert.Equal(MessagingFault.Unconfirmed, fault.Fault);
    }

    [Fact(Timeout = Timeout)]
    public async Task Settle_UnknownToTheLink_IsTriedByLockToken()
    {
        ConcurrentQueue<string> operations = [];
        _peer.OnSettle = _ => Refusal("amqp:not-found");
        _peer.OnManage = request =>
        {
            operations.Enqueue((string)request.ApplicationProperties["operation"]);
            return (200, "OK");
        };
        _peer.ToDeliver.Enqueue(ScriptedPeer.Deliverable("m"));
        await using var receiver = Connection.CreateReceiver("queue");
        var message = Assert.Single(await receiver.ReceiveAsync(1, TimeSpan.FromSeconds(5), Cancellation));

        await message.Settlement.CompleteAsync(Cancellation);

        Assert.Equal(["com.microsoft:update-disposition"], operations);
    }

    [Fact(Timeout = Timeout)]
    public async Task Manage_BusyForNow_IsTriedAgain()
    {
        var tries = 0;
        _peer.OnManage = _ => ++tries < 3 ? (503, "busy") : (204, "none");
        await using var receiver = Connection.CreateReceiver("queue");

        Assert.Empty(await receiver.PeekAsync(0, 10, Cancellation));
        Assert.Equal(3, tries);
    }

    private static Rejected Refusal(string condition) =>
        new() { Error = new Error(condition) { Description = "as the test says" } };
}
