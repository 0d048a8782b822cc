using Ccr.Core.Ledger;
using Ccr.Core.Messaging;
using Ccr.Core.Results;
using Ccr.Core.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.Core.Tests.Messaging;

/// <summary>Another ledger, or one that lost something, does not stay unnoticed.</summary>
public sealed class LedgerWatchTests
{
    private const string Other = "0123456789abcdef0123456789abcdef";

    private readonly InMemoryLedgerStore _store = new();
    private readonly LedgerIdentity _identity;
    private readonly SeenTopic _topic = new();
    private readonly LedgerWatch _watch;

    public LedgerWatchTests()
    {
        _identity = new LedgerIdentity(_store, new FakeTimeProvider(Some.Time));
        _watch = new LedgerWatch(_topic, _store, _identity, NullLogger<LedgerWatch>.Instance);
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Look_ResultsOfAnotherLedger_AreSaidOnce()
    {
        _topic.Add(Other, ResultOf("r1"), ResultOf("r2"));

        await _watch.LookAsync(Cancelled);
        _topic.Add(Other, ResultOf("r3"));
        await _watch.LookAsync(Cancelled);

        var alarm = Assert.Single(_watch.Alarms);
        Assert.Equal(LedgerReasons.AnotherLedger, alarm.Reason);
        Assert.Contains(Other, alarm.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Look_AThousandLedgersThatSomebodyMadeUp_AreSaidOnceTogether()
    {
        for (var number = 0; number < 1000; number++) _topic.Add($"{number}", ResultOf($"r{number}"));

        await _watch.LookAsync(Cancelled);

        Assert.Single(_watch.Alarms);
    }

    [Fact]
    public async Task Look_AnotherLedgerComesLater_IsSaidThen()
    {
        _topic.Add(await OwnAsync(), await RecordAsync("r1"));
        await _watch.LookAsync(Cancelled);
        Assert.Empty(_watch.Alarms);

        _topic.Add(Other, ResultOf("r2"));
        await _watch.LookAsync(Cancelled);

        Assert.Equal(LedgerReasons.AnotherLedger, Assert.Single(_watch.Alarms).Reason);
    }

    [Fact]
    public async Task Look_OwnResultThatTheLedgerDoesNotKnow_SaysThatItIsOutdated()
    {
        _topic.Add(await OwnAsync(), await RecordAsync("r1"), ResultOf("r2"));

        await _watch.LookAsync(Cancelled);

        var alarm = Assert.Single(_watch.Alarms);
        Assert.Equal(LedgerReasons.Outdated, alarm.Reason);
        Assert.Contains("r2", alarm.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Look_ResultsThatNoLedgerKeeps_AreNoAlarm()
    {
        _topic.Add(
            await OwnAsync(), ResultOf("r1") with { Outcome = Outcome.Deferred }, ResultOf("r2") with { Domain = null }, ResultOf("r3") with { Agent = "a" },
            null);
        _topic.Add(ledger: null, ResultOf("r4"));

        await _watch.LookAsync(Cancelled);

        Assert.Empty(_watch.Alarms);
    }

    [Fact]
    public async Task Look_TextsOfOthers_AreEscaped()
    {
        _topic.Add("\u001b[31m]", ResultOf("r1"));

        await _watch.LookAsync(Cancelled);

        Assert.DoesNotContain('\u001b', Assert.Single(_watch.Alarms).Detail);
    }

    [Fact]
    public async Task See_CopyOfAnotherLedger_IsSaid()
    {
        var properties = new Dictionary<string, object>(StringComparer.Ordinal) { ["ccr-ledger"] = Other };

        await _watch.SeeAsync(Some.Event("{}", properties), Cancelled);

        Assert.Equal(LedgerReasons.AnotherLedger, Assert.Single(_watch.Alarms).Reason);
    }

    [Fact]
    public async Task See_OwnCopy_IsNoAlarm()
    {
        var properties = await _watch.StampAsync(new Dictionary<string, object>(StringComparer.Ordinal));

        await _watch.SeeAsync(Some.Event("{}", new Dictionary<string, object>(properties, StringComparer.Ordinal)), Cancelled);
        await _watch.SeeAsync(Some.Event("{}"), Cancelled);

        Assert.Equal(await OwnAsync(), properties["ccr-ledger"]);
        Assert.Empty(_watch.Alarms);
    }

    private static ReinstallResult ResultOf(string requestId)
    {
        var verdict = new Verdict(Outcome.Accepted, new ReasonCode("CCR3001", "", ""), "");
        return ReinstallResult.Of(requestId, "ccr", "e1", 1, 1, verdict, Some.Time) with { Machine = "PC01", Domain = "CORP" };
    }

    private async Task<string> OwnAsync() => await _identity.ReadAsync(Cancelled);

    private async Task<ReinstallResult> RecordAsync(string requestId)
    {
        var result = ResultOf(requestId);
        await _store.TryWriteAsync(await _store.ReadAsync("CORP\\PC01", requestId, Cancelled), null, result, Cancelled);
        return result;
    }
}
