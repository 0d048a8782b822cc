using Ccr.Core.Events;
using Ccr.Core.Ledger;
using Ccr.Core.Processing;
using Ccr.Core.Results;
using Ccr.Core.Sites;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests;

/// <summary>Requests that wait: for the pause, the storm brake, a management point, or the ledger.</summary>
public class WaitingTests
{
    private const int Limit = 300_000;
    private readonly Pipeline _pipeline = new();

    [Fact(Timeout = Limit)]
    public async Task Process_Paused_WaitsSaysSoOnceAndGoesOnWhenThePauseEnds()
    {
        await SetPauseAsync(true);
        var message = Event("1", "PC01");

        var copy = _pipeline.Arrive(message, await _pipeline.ProcessAsync(message));
        copy = _pipeline.Arrive(copy, await _pipeline.ProcessAsync(copy));
        Assert.Empty(_pipeline.Submitter.Submissions);
        await SetPauseAsync(false);
        await _pipeline.ProcessAsync(copy);

        Assert.Equal([(Outcome.Deferred, "CCR2014"), (Outcome.Accepted, "CCR3999")], _pipeline.Results.Select(r => (r.Outcome, r.Reason)));
    }

    [Fact(Timeout = Limit)]
    public async Task Process_TwoMachinesOneOfThemWaits_TheCopyAnswersThatOneAlone()
    {
        _pipeline.Submitter.Answer = (submission, _) => Task.FromResult(
            submission.Machine.Value == "PC02" && _pipeline.Submitter.Submissions.Count < 3 ? SubmissionVerdict.NotSent : SubmissionVerdict.Accepted);
        var message = Some.Event(Some.AlertFor("PC01", "PC02", "10.0.0.5"));

        var copy = _pipeline.Arrive(message, await _pipeline.ProcessAsync(message));
        var disposition = await _pipeline.ProcessAsync(copy);

        Assert.IsType<Disposition.Complete>(disposition);
        Assert.Equal(
            [(1, Outcome.Accepted), (2, Outcome.Deferred), (3, Outcome.Rejected), (2, Outcome.Accepted)], _pipeline.Results.Select(r => (r.Part, r.Outcome)));
        Assert.Equal(3, _pipeline.Submitter.Submissions.Count);
    }

    [Theory(Timeout = Limit)]
    [InlineData("2=")]
    [InlineData("nonsense")]
    [InlineData("0=,-1=")]
    [InlineData("99999999999=")]
    public async Task Process_PropertyOfACopyDoesNotFitTheEvent_AnswersEveryMachine(string property)
    {
        var forged = Event("1", "PC01") with { Properties = new Dictionary<string, object> { ["ccr-waiting"] = property } };

        await _pipeline.ProcessAsync(forged);

        Assert.Equal(Outcome.Accepted, Assert.Single(_pipeline.Results).Outcome);
    }

    [Fact(Timeout = Limit)]
    public async Task Process_ForgedCopyLeavesAMachineOut_ThatOneIsCarriedOutAllTheSame()
    {
        var forged = Some.Event(Some.AlertFor("PC01", "PC02")) with { Properties = new Dictionary<string, object> { ["ccr-waiting"] = "2=" } };

        await _pipeline.ProcessAsync(forged);

        Assert.Equal([Outcome.Accepted, Outcome.Accepted], _pipeline.Results.Select(r => r.Outcome));
    }

    [Fact(Timeout = Limit)]
    public async Task Process_NoManagementPointForAnHour_TriesEverMoreSlowlyAndThenSubmitsOnce()
    {
        var tries = 0;
        _pipeline.Submitter.Answer = (_, _) =>
        {
            tries++;
            return Task.FromResult(_pipeline.Time.GetUtcNow() < Some.Time.AddHours(1) ? SubmissionVerdict.NotSent : SubmissionVerdict.Accepted);
        };
        var message = Event("1", "PC01");
        var disposition = await _pipeline.ProcessAsync(message);
        while (disposition is Disposition.RetryAt)
        {
            message = _pipeline.Arrive(message, disposition);
            disposition = await _pipeline.ProcessAsync(message);
        }

        Assert.InRange(tries, 6, 9);
        Assert.Equal(Outcome.Accepted, _pipeline.Results[^1].Outcome);
        Assert.All(_pipeline.Results.SkipLast(1), r => Assert.Equal((Outcome.Deferred, "CCR2016"), (r.Outcome, r.Reason)));
        Assert.Equal(_pipeline.Publisher.Messages.Count, _pipeline.Publisher.Messages.Select(m => m.MessageId).Distinct().Count());
    }

    [Fact(Timeout = Limit)]
    public async Task Process_SecondEventWhileTheFirstIsTriedAgain_IsSuppressedAsInFlight()
    {
        _pipeline.Submitter.AlwaysAnswer(SubmissionVerdict.NotSent);

        await _pipeline.ProcessAsync(Event("1", "PC01"));
        await _pipeline.ProcessAsync(Event("2", "PC01"));

        Assert.Equal(["CCR2016", "CCR2001"], _pipeline.Results.Select(r => r.Reason));
    }

    [Fact(Timeout = Limit)]
    public async Task Process_MoreMachinesThanTheStormBrakeLets_HoldsTheRestAndSaysSoOnce()
    {
        _pipeline.Configuration.Storms.MaxMachines = 10;

        await Parallel.ForAsync(0, 200, TestContext.Current.CancellationToken, async (i, _) => await _pipeline.ProcessAsync(Event($"{i}", $"PC{i}")));

        Assert.Equal(10, _pipeline.Submitter.Submissions.Count);
        Assert.Equal(190, _pipeline.Results.Count(r => r is { Outcome: Outcome.Deferred, Reason: "CCR2015", Source: "ccr" }));
        var storm = Assert.Single(_pipeline.Results, r => r.Source == "storm");
        Assert.Equal((null, "hq", Outcome.Deferred), (storm.Machine, storm.Site, storm.Outcome));
    }

    [Fact(Timeout = Limit)]
    public async Task Process_SameMachinesAgainAndAgain_IsNoStorm()
    {
        _pipeline.Configuration.Storms.MaxMachines = 10;

        for (var i = 0; i < 100; i++) await _pipeline.ProcessAsync(Event($"{i}", $"PC{i % 10}"));

        Assert.DoesNotContain(_pipeline.Results, r => r.Reason == "CCR2015");
    }

    [Fact(Timeout = Limit)]
    public async Task Process_TwoInstancesShareALedger_TheBrakeCountsBoth()
    {
        _pipeline.Configuration.Storms.MaxMachines = 10;
        var other = new Pipeline { Ledger = _pipeline.Ledger, Configuration = { Storms = { MaxMachines = 10 } } };

        for (var i = 0; i < 20; i++) await (i % 2 == 0 ? _pipeline : other).ProcessAsync(Event($"{i}", $"PC{i}"));

        Assert.Equal(10, _pipeline.Submitter.Submissions.Count + other.Submitter.Submissions.Count);
    }

    [Fact(Timeout = Limit)]
    public async Task Process_BrakeReleasedByHand_LetsTheHeldPassWithoutCountingThemAgain()
    {
        var held = await StormAsync(machines: 30, limit: 10);
        var brake = await _pipeline.Ledger.ReadSwitchAsync(SwitchRecord.BrakeKey("hq"), TestContext.Current.CancellationToken);
        await _pipeline.Ledger.TryWriteSwitchAsync(brake, brake.Record!.Turn(false, _pipeline.Time.GetUtcNow(), "jdoe"), TestContext.Current.CancellationToken);

        _pipeline.Time.Advance(TimeSpan.FromMinutes(1));
        foreach (var copy in held) await _pipeline.ProcessAsync(copy);
        var newOnes = 0;
        for (var i = 0; i < 20; i++) newOnes += await _pipeline.ProcessAsync(Event($"n{i}", $"NEW{i}")) is Disposition.Complete ? 1 : 0;

        Assert.Equal(30 + 10, _pipeline.Submitter.Submissions.Count);
        Assert.Equal(10, newOnes);
    }

    [Fact(Timeout = Limit)]
    public async Task Process_NoNewMachineForTheQuietTime_TheBrakeLetsGoByItself()
    {
        var held = await StormAsync(machines: 30, limit: 10);

        var early = await _pipeline.ProcessAsync(held[0]);
        _pipeline.Time.Advance(_pipeline.Configuration.Storms.QuietTime);
        foreach (var copy in held) await _pipeline.ProcessAsync(copy);

        Assert.IsType<Disposition.RetryAt>(early);
        Assert.Equal(30, _pipeline.Submitter.Submissions.Count);
    }

    [Fact(Timeout = Limit)]
    public async Task Process_NewMachinesKeepComing_TheBrakeHolds()
    {
        await StormAsync(machines: 30, limit: 10);

        for (var i = 0; i < 10; i++)
        {
            _pipeline.Time.Advance(_pipeline.Configuration.Storms.QuietTime / 2);
            Assert.IsType<Disposition.RetryAt>(await _pipeline.ProcessAsync(Event($"n{i}", $"NEW{i}")));
        }

        Assert.Equal(10, _pipeline.Submitter.Submissions.Count);
    }

    [Fact(Timeout = Limit)]
    public async Task Process_LedgerCannotBeWritten_SubmitsNothingKeepsEveryMessageAndSaysSoOnce()
    {
        var ledger = new FailingLedger { Fails = true };
        var pipeline = new Pipeline { Ledger = ledger };
        var messages = Enumerable.Range(0, 5).Select(i => Event($"{i}", $"PC{i}")).ToList();

        var kept = messages.ConvertAll(message => pipeline.ProcessAsync(message));
        Assert.All(kept, each => Assert.False(each.IsCompleted));
        pipeline.Time.Advance(TimeSpan.FromSeconds(30));
        var dispositions = await Task.WhenAll(kept);
        var submittedMeanwhile = pipeline.Submitter.Submissions.Count;
        ledger.Fails = false;
        for (var i = 0; i < 5; i++) await pipeline.ProcessAsync(pipeline.Arrive(messages[i], dispositions[i]));

        Assert.Equal((0, 5), (submittedMeanwhile, pipeline.Submitter.Submissions.Count));
        Assert.Equal(5, pipeline.Results.Select(result => result.RequestId).Distinct().Count());
        Assert.Equal([1002, 1003], pipeline.Logger.Entries.Select(e => e.Id));
    }

    [Fact(Timeout = Limit)]
    public async Task Process_LedgerFailsForACopyThatWaited_ItsCopyWaitsForTheSame()
    {
        var ledger = new FailingLedger();
        var pipeline = new Pipeline { Ledger = ledger };
        pipeline.Submitter.AlwaysAnswer(SubmissionVerdict.NotSent);
        var message = Event("1", "PC01");
        var copy = pipeline.Arrive(message, await pipeline.ProcessAsync(message));

        ledger.Fails = true;
        var kept = pipeline.ProcessAsync(copy);
        pipeline.Time.Advance(TimeSpan.FromSeconds(30));
        var again = Assert.IsType<Disposition.RetryAt>(await kept);

        Assert.Equal(copy.Properties, again.Properties);
    }

    [Fact(Timeout = Limit)]
    public async Task Process_HostStopsWhileTheLedgerFails_GivesTheMessageBack()
    {
        using var stop = new CancellationTokenSource();
        var pipeline = new Pipeline { Ledger = new FailingLedger { Fails = true } };

        var kept = pipeline.ProcessUntilAsync(Event("1", "PC01"), stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => kept);
    }

    [Fact(Timeout = Limit)]
    public async Task Process_LedgerFailsAfterTheAnswer_WritesItDownOnceThatIsPossible()
    {
        var ledger = new FailingLedger();
        var pipeline = new Pipeline { Ledger = ledger };
        pipeline.Submitter.Answer = (_, _) =>
        {
            ledger.Fails = true;
            return Task.FromResult(SubmissionVerdict.Accepted);
        };

        var processing = pipeline.ProcessAsync(Event("1", "PC01"));
        pipeline.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(processing.IsCompleted);
        ledger.Fails = false;
        pipeline.Time.Advance(TimeSpan.FromSeconds(1));
        await processing;

        Assert.Equal(Outcome.Accepted, Assert.Single(pipeline.Results).Outcome);
        Assert.Equal(Outcome.Accepted, (await ledger.ReadHistoryAsync("CORP\\PC01", CancellationToken.None)).Results.Single().Outcome);
    }

    [Fact(Timeout = Limit)]
    public async Task Process_LedgerFailsAfterTheAnswerForLongerThanTheLease_IsIndeterminateAndNotSentAgain()
    {
        var ledger = new FailingLedger();
        var pipeline = new Pipeline { Ledger = ledger };
        pipeline.Submitter.Answer = (_, _) =>
        {
            ledger.Fails = true;
            return Task.FromResult(SubmissionVerdict.Accepted);
        };
        var message = Event("1", "PC01");

        var processing = pipeline.ProcessAsync(message);
        while (!processing.IsCompleted)
        {
            pipeline.Time.Advance(TimeSpan.FromSeconds(10));
            await Task.Yield();
        }

        ledger.Fails = false;
        var copy = pipeline.Arrive(message, await processing);
        while (await pipeline.ProcessAsync(copy) is Disposition.RetryAt retry) copy = pipeline.Arrive(copy, retry);

        Assert.Equal((Outcome.Indeterminate, "CCR2005"), pipeline.Results.Select(r => (r.Outcome, r.Reason)).Last());
        Assert.Single(pipeline.Submitter.Submissions);
    }

    [Fact(Timeout = Limit)]
    public async Task Process_QuarantinedMachine_IsDeadLetteredForAPersonToLookAt()
    {
        for (var i = 0; i < 3; i++)
        {
            await _pipeline.ProcessAsync(Event($"{i}", "PC01"));
            _pipeline.Time.Advance(TimeSpan.FromHours(25));
        }

        var first = Assert.IsType<Disposition.DeadLetter>(await _pipeline.ProcessAsync(Event("4", "PC01")));
        var again = Assert.IsType<Disposition.DeadLetter>(await _pipeline.ProcessAsync(Event("4", "PC01")));

        Assert.Equal(("CCR2012", "CCR2012"), (first.Reason.Code, again.Reason.Code));
        Assert.Equal(3, _pipeline.Submitter.Submissions.Count);
    }

    private async Task<List<IncomingEvent>> StormAsync(int machines, int limit)
    {
        _pipeline.Configuration.Storms.MaxMachines = limit;
        var held = new List<IncomingEvent>();
        for (var i = 0; i < machines; i++)
        {
            var message = Event($"{i}", $"PC{i}");
            if (await _pipeline.ProcessAsync(message) is Disposition.RetryAt retry) held.Add(message with { Properties = retry.Properties });
        }

        return held;
    }

    private async Task SetPauseAsync(bool on)
    {
        var pause = await _pipeline.Ledger.ReadSwitchAsync(SwitchRecord.PauseKey, CancellationToken.None);
        var record = pause.Record ?? new SwitchRecord(SwitchRecord.PauseKey, false, Some.Time);
        await _pipeline.Ledger.TryWriteSwitchAsync(pause, record.Turn(on, _pipeline.Time.GetUtcNow(), "jdoe"), CancellationToken.None);
    }

    private IncomingEvent Event(string id, string machine) =>
        Some.Event(Some.CloudEvent($$"""{ "machine": "{{machine}}" }""", id), $"m{id}") with { EnqueuedTime = _pipeline.Time.GetUtcNow() };

    /// <summary>A ledger on a full disk: it can be read, and not written.</summary>
    private sealed class FailingLedger : ILedgerStore
    {
        private readonly InMemoryLedgerStore _store = new();

        public bool Fails { get; set; }

        public ValueTask<LedgerState> ReadAsync(string machineKey, string requestId, CancellationToken cancellationToken) =>
            _store.ReadAsync(machineKey, requestId, cancellationToken);

        public ValueTask<LedgerState?> TryWriteAsync(LedgerState basis, MachineRecord? machine, ReinstallResult? result, CancellationToken cancellationToken) =>
            Fails ? throw new LedgerException(LedgerReasons.CannotWrite, "disk full") : _store.TryWriteAsync(basis, machine, result, cancellationToken);

        public ValueTask WriteAgentAsync(AgentHeard agent, CancellationToken cancellationToken) => _store.WriteAgentAsync(agent, cancellationToken);

        public ValueTask<MachineHistory> ReadHistoryAsync(string machineKey, CancellationToken cancellationToken) =>
            _store.ReadHistoryAsync(machineKey, cancellationToken);

        public ValueTask<SwitchState> ReadSwitchAsync(string key, CancellationToken cancellationToken) => _store.ReadSwitchAsync(key, cancellationToken);

        public ValueTask<bool> TryWriteSwitchAsync(SwitchState basis, SwitchRecord record, CancellationToken cancellationToken) =>
            _store.TryWriteSwitchAsync(basis, record, cancellationToken);

        public ValueTask<ClaimAttempt> TryClaimAsync(LedgerState basis, MachineRecord machine, Sighting sighting, Func<Sighted, bool> mayPass,
            CancellationToken cancellationToken) =>
            Fails ? throw new LedgerException(LedgerReasons.CannotWrite, "disk full") : _store.TryClaimAsync(basis, machine, sighting, mayPass,
                cancellationToken);

        public ValueTask<DateTimeOffset?> ReadTimeAsync(CancellationToken cancellationToken) => _store.ReadTimeAsync(cancellationToken);

        public ValueTask<int> PruneAsync(DateTimeOffset before, CancellationToken cancellationToken) => _store.PruneAsync(before, cancellationToken);
    }
}
