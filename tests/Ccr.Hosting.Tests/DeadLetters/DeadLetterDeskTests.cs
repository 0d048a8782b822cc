using Azure.Messaging.ServiceBus;
using Ccr.Core.Ledger;
using Ccr.Core.Messaging;
using Ccr.EmbeddedServiceBus;
using Ccr.Hosting.DeadLetters;
using Ccr.Hosting.ServiceBus;
using Ccr.Hosting.Tests.ServiceBus.Support;

namespace Ccr.Hosting.Tests.DeadLetters;

/// <summary>What a person does with dead letters: just those that they saw, whatever comes meanwhile, and noted from the first to the last.</summary>
public sealed class DeadLetterDeskTests : IAsyncLifetime
{
    private readonly InMemoryLedgerStore _ledger = new();
    private EmbeddedBroker? _broker;
    private ServiceBusConnection? _connection;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private ServiceBusConnection Connection => _connection!;

    private DeadLetterDesk Desk => new(
        Connection, TimeProvider.System, _ledger, new LedgerOperator(_ledger, TimeProvider.System, new Person("eva", "file", "a test")));

    public async ValueTask InitializeAsync()
    {
        _broker = await TestBroker.StartAsync(maxMessages: 20_000, configure: config =>
        {
            config.AddQueue(Entities.Requests);
            config.AddQueue(Entities.Verifications);
            config.AddQueue(Entities.AgentUndelivered);
            config.AddTopic(Entities.Results, Entities.LedgerSubscription, Entities.WatchSubscription);
        });
        _connection = new ServiceBusConnection(TestBroker.Hasty(_broker.ConnectionString));
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        await _broker!.DisposeAsync();
    }

    /// <summary>What died after the person had looked was taken, too.</summary>
    [Fact(Timeout = 120_000)]
    public async Task Redrive_OthersDieMeanwhile_SendsJustThoseThatWereSeen()
    {
        await DieAsync(DeadLetterEntity.Requests, 30);
        var seen = await NumbersAsync(DeadLetterEntity.Requests);
        await DieAsync(DeadLetterEntity.Requests, 5);

        var taken = await Desk.RedriveAsync(DeadLetterEntity.Requests, seen, "INC4711", null, Stop);

        Assert.Equal((30, 0, false), (taken.Count, taken.Left.Count, taken.IsBlocked));
        Assert.Equal(5, (await NumbersAsync(DeadLetterEntity.Requests)).Count);
        Assert.Equal(30, (await PeekAsync(Entities.Requests)).Count);
    }

    [Fact(Timeout = 120_000)]
    public async Task Redrive_OneBehindManyOthers_LetsTheOthersGoAtOnce()
    {
        await DieAsync(DeadLetterEntity.Requests, 301);
        var last = (await NumbersAsync(DeadLetterEntity.Requests)).Max();

        var taken = await Desk.RedriveAsync(DeadLetterEntity.Requests, new HashSet<long> { last }, null, null, Stop);

        Assert.Equal(1, taken.Count);
        await using var receiver = Connection.CreateReceiver(EntityPath.DeadLetterQueue(Entities.Requests));
        Assert.NotEmpty(await receiver.ReceiveAsync(300, TimeSpan.FromSeconds(20), Stop));
    }

    /// <summary>It received them again and again, and never came to an end.</summary>
    [Fact(Timeout = 240_000)]
    public async Task Redrive_BehindMoreOthersThanCanBeHeld_IsRefusedAndTakesNothing()
    {
        await DieAsync(DeadLetterEntity.Requests, DeadLetterBox.MostOthers + 200);
        var last = (await NumbersAsync(DeadLetterEntity.Requests)).Max();

        var taken = await Desk.RedriveAsync(DeadLetterEntity.Requests, new HashSet<long> { last }, null, null, Stop);

        Assert.Equal((0, true), (taken.Count, taken.IsBlocked));
        Assert.Equal(ActionOutcome.Failed, Assert.Single(await ActionsAsync()).Outcome);
    }

    [Fact(Timeout = 120_000)]
    public async Task Redrive_SomeAreGone_SaysWhichAndNotesAPart()
    {
        await DieAsync(DeadLetterEntity.Requests, 2);
        var numbers = await NumbersAsync(DeadLetterEntity.Requests);

        var taken = await Desk.RedriveAsync(DeadLetterEntity.Requests, new HashSet<long>(numbers) { 999 }, "INC4711", null, Stop);

        Assert.Equal((2, false), (taken.Count, taken.IsBlocked));
        Assert.Equal([999], taken.Left);
        var action = Assert.Single(await ActionsAsync());
        Assert.Equal(("redrive", "ccr-requests", 3, 2, ActionOutcome.Partial, "INC4711"),
            (action.Kind, action.Target, action.Count, action.Done, action.Outcome, action.Reason));
    }

    /// <summary>Whoever is killed half way leaves this: begun, with how many and which ones.</summary>
    [Fact(Timeout = 120_000)]
    public async Task Redrive_BeforeTheFirstIsTouched_IsNotedAsInProgress()
    {
        await DieAsync(DeadLetterEntity.Requests, 3);
        var meant = await NumbersAsync(DeadLetterEntity.Requests);
        OperatorAction? noted = null;

        await Desk.DiscardAsync(
            DeadLetterEntity.Requests, meant, null, async (_, _) => noted ??= Assert.Single(await ActionsAsync()), null, Stop);

        Assert.Equal((ActionOutcome.InProgress, 3, 0), (noted!.Outcome, noted.Count, noted.Done));
        Assert.Equal(meant.Order().Select(number => $"{number}"), noted.Targets);
        Assert.Equal((ActionOutcome.Done, 3), (Assert.Single(await ActionsAsync()).Outcome, Assert.Single(await ActionsAsync()).Done));
    }

    [Fact(Timeout = 120_000)]
    public async Task Redrive_IsStoppedHalfWay_LosesNoneAndNotesAPart()
    {
        await DieAsync(DeadLetterEntity.Requests, 20);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var done = 0;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Desk.DiscardAsync(
            DeadLetterEntity.Requests, await NumbersAsync(DeadLetterEntity.Requests), null, async (_, _) =>
            {
                if (++done == 7) await stop.CancelAsync();
            },
            null, stop.Token));

        var action = Assert.Single(await ActionsAsync());
        Assert.Equal(ActionOutcome.Partial, action.Outcome);
        Assert.InRange((await NumbersAsync(DeadLetterEntity.Requests)).Count, 20 - action.Done, 20 - action.Done + 1);
    }

    public static TheoryData<string> Others => [.. DeadLetterEntity.All.Where(entity => entity != DeadLetterEntity.Requests).Select(entity => entity.Name)];

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Others))]
    public async Task Redrive_OfAnotherEntity_SendsTheMessageAsItWasUnderAnIdOfItsOwn(string name)
    {
        var entity = DeadLetterEntity.All.Single(entity => entity.Name == name);
        await DieAsync(entity, 1);

        var taken = await Desk.RedriveAsync(entity, await NumbersAsync(entity), null, null, Stop);

        Assert.Equal(1, taken.Count);
        var sent = (await PeekAsync(entity.Path))[^1];
        Assert.Equal(("body 0", "subject", "value"), (sent.Body.ToString(), sent.Subject, sent.ApplicationProperties["key"]));
        Assert.StartsWith("redrive-", sent.MessageId, StringComparison.Ordinal);
        Assert.DoesNotContain("DeadLetterReason", sent.ApplicationProperties.Keys);
    }

    private async Task<IReadOnlyList<OperatorAction>> ActionsAsync() => (await _ledger.ListActionsAsync(null, 10, Stop)).Rows;

    private async Task<HashSet<long>> NumbersAsync(DeadLetterEntity entity)
    {
        await using var box = new DeadLetterBox(Connection, entity, TimeProvider.System);
        return await box.PeekAllAsync(Stop).Select(letter => letter.SequenceNumber).ToHashSetAsync(cancellationToken: Stop);
    }

    private async Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekAsync(string path)
    {
        await using var receiver = Connection.CreateReceiver(path);
        return await receiver.PeekAsync(0, 250, Stop);
    }

    private async Task DieAsync(DeadLetterEntity entity, int count)
    {
        await using var sender = Connection.CreateSender(entity.SendTo);
        await Task.WhenAll(Enumerable.Range(0, count).Select(number => sender.SendAsync(
            new ServiceBusMessage($"body {number}") { Subject = "subject", ApplicationProperties = { ["key"] = "value" } }, Stop)));
        await using var receiver = Connection.CreateReceiver(entity.Path);
        for (var left = count; left > 0;)
        {
            var page = await receiver.ReceiveAsync(Math.Min(left, 500), TimeSpan.FromSeconds(20), Stop);
            await Task.WhenAll(page.Select(message => receiver.DeadLetterAsync(message, "CCR1003", "bad", Stop)));
            left -= page.Count;
        }
    }
}
