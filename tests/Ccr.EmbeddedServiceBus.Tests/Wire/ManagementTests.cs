using Amqp;
using Amqp.Types;
using Ccr.EmbeddedServiceBus.Configuration;
using Ccr.EmbeddedServiceBus.Messages;
using Ccr.EmbeddedServiceBus.Tests.Entities;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.EmbeddedServiceBus.Tests.Wire;

public sealed class ManagementTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(Some.Now));
    private EmbeddedBroker _broker = null!;
    private AmqpClient _client = null!;
    private ManagementClient _management = null!;

    [Fact(Timeout = 30_000)]
    public async Task RenewLock_WhileHeld_GivesTheNewEnd()
    {
        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        await _client.SendAsync("q", "hello");
        var message = await AmqpClient.ReceiveAsync(_client.Receiver("q"));
        _time.Advance(TimeSpan.FromSeconds(30));

        var answer = await AskAsync("renew-lock", new Map { ["lock-tokens"] = new[] { AmqpClient.LockToken(message!) } });

        Assert.Equal(200, answer.ApplicationProperties["statusCode"]);
        Assert.Equal(Some.Now.AddSeconds(90), Assert.Single((DateTime[])((Map)answer.Body)["expirations"]));
    }

    [Fact(Timeout = 30_000)]
    public async Task RenewLock_AfterExpiry_SaysThatTheLockIsLost()
    {
        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        await _client.SendAsync("q", "hello");
        var message = await AmqpClient.ReceiveAsync(_client.Receiver("q"));
        _time.Advance(TimeSpan.FromSeconds(60));

        var answer = await AskAsync("renew-lock", new Map { ["lock-tokens"] = new[] { AmqpClient.LockToken(message!) } });

        Assert.Equal(410, answer.ApplicationProperties["statusCode"]);
        Assert.Equal("com.microsoft:message-lock-lost", answer.ApplicationProperties["errorCondition"].ToString());
        Assert.Equal(new EntityCounts(1, 0, 0, 0, 0), _broker.GetCounts("q"));
    }

    [Fact(Timeout = 30_000)]
    public async Task UpdateDisposition_OfALostLock_IsRefused()
    {
        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();

        Assert.Equal(410, await _management.StatusAsync(
            "update-disposition", new Map { ["lock-tokens"] = new[] { Guid.NewGuid() }, ["disposition-status"] = "completed" }));
    }

    [Fact(Timeout = 30_000)]
    public async Task ScheduleMessage_UntilItIsDue_KeepsItAndThenDeliversIt()
    {
        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        var message = AmqpClient.Text("later");
        message.MessageAnnotations = new Amqp.Framing.MessageAnnotations { [(Symbol)"x-opt-scheduled-enqueue-time"] = Some.Now.AddMinutes(5) };
        var entry = new Map { ["message"] = MessageContent.Span(message.Encode()).ToArray(), ["message-id"] = message.Properties.MessageId };

        var answer = await AskAsync("schedule-message", new Map { ["messages"] = new List { entry, entry } });
        var numbers = (long[])((Map)answer.Body)["sequence-numbers"];
        Assert.Equal(200, await _management.StatusAsync("cancel-scheduled-message", new Map { ["sequence-numbers"] = new[] { numbers[0] } }));
        Assert.Equal(404, await _management.StatusAsync("cancel-scheduled-message", new Map { ["sequence-numbers"] = new[] { numbers[0] } }));
        Assert.Equal(new EntityCounts(0, 0, 0, 1, 0), _broker.GetCounts("q"));

        _time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal("later", AmqpClient.Text((await AmqpClient.ReceiveAsync(_client.Receiver("q")))!));
    }

    [Fact(Timeout = 30_000)]
    public async Task PeekMessage_WithoutBody_LeavesItOut()
    {
        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        await _client.SendAsync("q", "hello");

        var answer = await AskAsync(
            "peek-message", new Map { ["from-sequence-number"] = 0L, ["message-count"] = 5, ["omit-message-body"] = true });

        var entry = (Map)Assert.Single((List)((Map)answer.Body)["messages"])!;
        var bytes = (byte[])entry["message"];
        Assert.Empty((byte[])Message.Decode(new ByteBuffer(bytes, 0, bytes.Length, bytes.Length)).Body);
    }

    [Fact(Timeout = 30_000)]
    public async Task EnumerateRules_PageByPage_EndsWithNoContent()
    {
        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        var rules = ManagementClient.For(_client, "t/Subscriptions/s");

        Assert.Equal(200, await rules.StatusAsync("enumerate-rules", new Map { ["top"] = 100, ["skip"] = 0 }));
        Assert.Equal(204, await rules.StatusAsync("enumerate-rules", new Map { ["top"] = 100, ["skip"] = 1 }));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("no-such-operation", 501)]
    [InlineData("renew-session-lock", 501)]
    [InlineData("renew-lock", 400)]
    [InlineData("enumerate-rules", 400)]
    public async Task Request_ThatCannotBeServed_SaysSoByItsStatus(string operation, int status)
    {
        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();

        Assert.Equal(status, await _management.StatusAsync(operation, []));
    }

    public async ValueTask InitializeAsync()
    {
        _broker = await EmbeddedBroker.StartAsync(new EmbeddedBrokerOptions
        {
            Config = new ServiceBusConfig().AddQueue("q").AddTopic("t", "s"),
            TimeProvider = _time,
        });
        _client = await AmqpClient.ConnectAsync(_broker.Port);
        _management = ManagementClient.For(_client, "q");
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _broker.DisposeAsync();
    }

    private Task<Message> AskAsync(string operation, Map body) => _management.AskAsync("com.microsoft:" + operation, body);
}
