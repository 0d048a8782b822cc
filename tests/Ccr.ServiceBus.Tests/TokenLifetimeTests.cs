using Ccr.ServiceBus.Authorization;
using Ccr.ServiceBus.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.ServiceBus.Tests;

/// <summary>Tokens over hours, on a clock that the test sets.</summary>
public sealed class TokenLifetimeTests
{
    private const int Timeout = 30_000;

    private readonly FakeTimeProvider _time = new(Some.Time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = Timeout)]
    public async Task Token_IsRenewedAsLongAsTheLinkLives_AndNoLonger()
    {
        await using ScriptedPeer peer = new();
        var put = 0;
        peer.OnPutToken = () =>
        {
            Interlocked.Increment(ref put);
            return (202, "Accepted");
        };
        await using ServiceBusConnection connection = new(new() { Connection = peer.ConnectionString }, time: _time);
        var sender = connection.CreateSender("queue");
        await sender.SendAsync(new(), Cancellation);

        for (var renewals = 1; renewals <= 5; renewals++)
        {
            _time.Advance(TimeSpan.FromMinutes(52));
            Assert.Equal(renewals, Volatile.Read(ref put));
            _time.Advance(TimeSpan.FromMinutes(1));
            var expected = renewals + 1;
            await UntilAsync(() => Volatile.Read(ref put) == expected);
            await sender.SendAsync(new(), Cancellation);
        }

        await sender.DisposeAsync();
        _time.Advance(TimeSpan.FromHours(3));
        await using var other = connection.CreateSender("other");
        await other.SendAsync(new(), Cancellation);

        Assert.Equal(7, put);
        Assert.Null(connection.Health.LastError);
    }

    [Fact(Timeout = Timeout)]
    public async Task Token_ExpiringAtTheBroker_IsRenewedInTime()
    {
        await using var broker = await TestBroker.StartAsync(key: "c2VjcmV0", time: new SetClock(_time));
        await using TcpRelay relay = new(broker.Port);
        await using ServiceBusConnection connection = new(
            new() { Connection = TestBroker.ConnectionString(relay.Port, "c2VjcmV0") }, time: _time);
        await using var sender = connection.CreateSender("contract");

        // Steps shorter than the operation time-out, which is on this clock too.
        for (var step = 0; step < 400; step++)
        {
            await sender.SendAsync(new() { TimeToLive = TimeSpan.FromMinutes(1) }, Cancellation);
            _time.Advance(TimeSpan.FromSeconds(45));
        }

        Assert.Null(connection.Health.LastError);
        Assert.Equal(1, relay.Accepted);
        Assert.Equal(Some.Time, connection.Health.ConnectedSince);
    }

    [Fact(Timeout = Timeout)]
    public async Task Signature_Expired_SaysSoWhenTheBrokerEndsTheLink()
    {
        await using var broker = await TestBroker.StartAsync(key: "c2VjcmV0", time: new SetClock(_time));
        var signature = SharedAccessSignature.Create(
            new("RootManageSharedAccessKey", "c2VjcmV0"), $"sb://localhost:{broker.Port}/", Some.Time.AddMinutes(10));
        await using ServiceBusConnection connection = new(new()
        {
            Connection = $"Endpoint=sb://localhost:{broker.Port};SharedAccessSignature={signature};UseDevelopmentEmulator=true",
        }, time: new SetClock(_time));
        await using var sender = connection.CreateSender("contract");
        await sender.SendAsync(new(), Cancellation);

        _time.Advance(TimeSpan.FromMinutes(11));
        var ended = await Assert.ThrowsAsync<MessagingException>(() => sender.SendAsync(new(), Cancellation));
        var refused = await Assert.ThrowsAsync<MessagingException>(() => sender.SendAsync(new(), Cancellation));

        // The broker ends the link under the message, so that whether it was taken is not known.
        Assert.Equal(MessagingFault.Unconfirmed, ended.Fault);
        Assert.Contains("The Send claim on 'contract' was refused", ended.Message);
        Assert.Equal(MessagingFault.Unauthorized, refused.Fault);
        Assert.Contains("The shared access signature expired at 2003-11-11 09:10:00Z", refused.Message);
    }

    [Fact(Timeout = Timeout)]
    public async Task Renewal_Refused_IsSaidAtOnceThoughTheLinkStillWorks()
    {
        await using ScriptedPeer peer = new();
        await using ServiceBusConnection connection = new(new() { Connection = peer.ConnectionString }, time: _time);
        await using var sender = connection.CreateSender("queue");
        await sender.SendAsync(new(), Cancellation);

        peer.OnPutToken = () => (401, "the key was regenerated");
        _time.Advance(TimeSpan.FromMinutes(54));
        await UntilAsync(() => connection.Health.LastError is not null);
        await sender.SendAsync(new(), Cancellation);

        Assert.StartsWith("CCR4002: The Send claim on 'queue' was refused (the key was regenerated)", connection.Health.LastError);
        Assert.NotNull(connection.Health.ConnectedSince);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition()) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Cancellation);
    }
}
