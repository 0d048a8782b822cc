using Ccr.Core.Ledger;
using Ccr.Core.Results;
using Ccr.Core.Views;

namespace Ccr.Hosting.Tests.Ledger;

/// <summary>What every ledger store promises.</summary>
public abstract partial class LedgerStoreContract
{
    private protected const string Machine = "CORP\\PC01";

    private protected static readonly MachineRecord Claimed = new(Machine) { Claim = new Claim("r1", Some.Time) };

    protected abstract IOperatorLedger Store { get; }

    /// <summary>How often two workers race for one machine.</summary>
    protected virtual int Races => 10_000;

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task Read_NothingWritten_IsEmpty()
    {
        Assert.Equal(new LedgerState(Machine, null, null, null), await ReadAsync());
    }

    [Fact(Timeout = 300_000)]
    public async Task TryWrite_MachineAndResult_AreReadBack()
    {
        var everything = Claimed with
        {
            CoolDown = new CoolDown("r0", Some.Time.AddDays(1)),
            Waiting = new Waiting("r2", Some.Time, 3, Some.Time.AddHours(1)),
            Pushes = [Some.Time.AddDays(-2), Some.Time.AddTicks(-1)],
            Quarantine = new Quarantine(Some.Time, "r3"),
        };

        var written = await Store.TryWriteAsync(await ReadAsync(), everything, Some.Result("r1"), Cancelled);

        var read = await ReadAsync();
        Assert.Equal(new LedgerState(Machine, read.Version, everything, Some.Result("r1")), read);
        Assert.Equal(read, written);
    }

    [Fact(Timeout = 300_000)]
    public async Task TryWrite_ResultAlone_LeavesTheMachineAlone()
    {
        await Store.TryWriteAsync(await ReadAsync(), Claimed, null, Cancelled);

        var written = await Store.TryWriteAsync(await ReadAsync(), null, Some.Result("r1"), Cancelled);

        Assert.Equal((Claimed, Some.Result("r1")), (written!.Machine, written.Result));
        Assert.Equal(written, await ReadAsync());
    }

    [Fact(Timeout = 300_000)]
    public async Task TryWrite_OnWhatAWriteReturned_NeedsNoReadBetween()
    {
        var claimed = await Store.TryWriteAsync(await ReadAsync(), Claimed, null, Cancelled);
        var freed = await Store.TryWriteAsync(claimed!, Claimed with { Claim = null }, null, Cancelled);

        var done = await Store.TryWriteAsync(freed!, Claimed with { Claim = null, CoolDown = new CoolDown("r1", Some.Time) }, Some.Result("r1"), Cancelled);

        Assert.Equal(done, await ReadAsync());
    }

    [Fact(Timeout = 300_000)]
    public async Task TryWrite_MachineWasWrittenMeanwhile_WritesNothing()
    {
        var outdated = await ReadAsync();
        await Store.TryWriteAsync(outdated, Claimed, null, Cancelled);
        var current = await ReadAsync();

        Assert.Null(await Store.TryWriteAsync(outdated, Claimed with { Claim = null }, Some.Result("r1"), Cancelled));
        Assert.Equal(current, await ReadAsync());

        await Store.TryWriteAsync(current, Claimed with { Claim = new Claim("r2", Some.Time) }, null, Cancelled);
        Assert.Null(await Store.TryWriteAsync(current, Claimed with { Claim = null }, Some.Result("r1"), Cancelled));
        Assert.Null((await ReadAsync()).Result);
    }

    [Fact(Timeout = 300_000)]
    public async Task TryWrite_RequestHasAResult_WritesNothing()
    {
        var before = await Store.TryWriteAsync(await ReadAsync(), Claimed, Some.Result("r1"), Cancelled);

        var written = await Store.TryWriteAsync(before!, Claimed with { Claim = null }, Some.Result("r1") with { Outcome = Outcome.Failed }, Cancelled);

        Assert.Null(written);
        Assert.Equal(before, await ReadAsync());
    }

    [Fact(Timeout = 300_000)]
    public async Task TryWrite_SameRequestIdForAnotherMachine_IsAResultOfItsOwn()
    {
        await Store.TryWriteAsync(await ReadAsync(), Claimed, Some.Result("r1"), Cancelled);
        var other = await Store.ReadAsync("LAB\\PC01", "r1", Cancelled);

        await Store.TryWriteAsync(other, null, Some.Result("r1") with { Outcome = Outcome.Failed }, Cancelled);

        Assert.Null(other.Result);
        Assert.Equal(Some.Result("r1"), (await ReadAsync()).Result);
        Assert.Equal([Outcome.Failed], (await Store.ReadHistoryAsync("LAB\\PC01", Cancelled)).Results.Select(result => result.Outcome));
    }

    [Fact(Timeout = 300_000)]
    public async Task TryWrite_TwoWorkersForOneMachine_OneWinsInEveryRace()
    {
        var wins = new int[2];
        for (var race = 0; race < Races; race++)
        {
            var key = $"CORP\\PC{race}";
            var won = await Task.WhenAll(
                Task.Run(() => ClaimAsync(key, "a"), Cancelled), Task.Run(() => ClaimAsync(key, "b"), Cancelled));

            Assert.True(won[0] ^ won[1], $"race {race}: {won[0]}, {won[1]}");
            wins[won[0] ? 0 : 1]++;
            if (race % 100 == 0)
                Assert.Equal(won[0] ? "a" : "b", (await Store.ReadAsync(key, "a", Cancelled)).Machine!.Claim!.RequestId);
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{Races} races, won {wins[0]} to {wins[1]}");
    }

    [Fact(Timeout = 300_000)]
    public async Task ReadHistory_ResultsOfTwoMachines_AreThoseOfTheOneOldestFirst()
    {
        var state = await Store.TryWriteAsync(await ReadAsync(), Claimed, Some.Result("r1") with { Time = Some.Time.AddHours(1) }, Cancelled);
        await Store.TryWriteAsync(state!, null, Some.Result("r0"), Cancelled);
        await Store.TryWriteAsync(await Store.ReadAsync("LAB\\PC01", "r9", Cancelled), null, Some.Result("r9"), Cancelled);

        var history = await Store.ReadHistoryAsync(Machine, Cancelled);

        Assert.Equal(Claimed, history.Machine);
        Assert.Equal(["r0", "r1"], history.Results.Select(r => r.RequestId));
    }

    [Fact(Timeout = 300_000)]
    public async Task TryWriteSwitch_BasisIsOutdated_WritesNothing()
    {
        var on = new SwitchRecord("pause", true, Some.Time, By: "somebody");
        var unset = await Store.ReadSwitchAsync("pause", Cancelled);

        Assert.True(await Store.TryWriteSwitchAsync(unset, on, Cancelled));
        Assert.False(await Store.TryWriteSwitchAsync(unset, on with { On = false }, Cancelled));
        var set = await Store.ReadSwitchAsync("pause", Cancelled);
        Assert.Equal(on, set.Record);
        Assert.True(await Store.TryWriteSwitchAsync(set, on with { On = false }, Cancelled));
        Assert.False((await Store.ReadSwitchAsync("pause", Cancelled)).Record!.On);
        Assert.Null((await Store.ReadSwitchAsync("brake hq", Cancelled)).Record);
    }

    [Fact(Timeout = 300_000)]
    public async Task TryClaim_SameMachineAgain_KeepsItsNoteUntilThatIsTooOld()
    {
        var first = await SightAsync("PC01", Some.Time);
        var again = await SightAsync("PC01", Some.Time.AddMinutes(59));
        var later = await SightAsync("PC01", Some.Time.AddMinutes(61));

        Assert.Equal([Some.Time, Some.Time, Some.Time.AddMinutes(61)], [first.Since, again.Since, later.Since]);
    }

    [Fact(Timeout = 300_000)]
    public async Task TryClaim_SameMachineOtherSiteOrBeforeTheTimeThatCounts_IsNotCounted()
    {
        await SightAsync("PC01", Some.Time, limit: 2);
        await SightAsync("PC02", Some.Time.AddMinutes(30), limit: 2);
        await SightAsync("PC02", Some.Time.AddMinutes(31), limit: 2);
        await SightAsync("PC03", Some.Time.AddMinutes(30), "branch", limit: 2);

        Assert.True((await SightAsync("PC04", Some.Time.AddMinutes(61), limit: 2)).IsWithinLimit);
        Assert.False((await SightAsync("PC05", Some.Time.AddMinutes(61), limit: 2)).IsWithinLimit);
    }

    [Fact(Timeout = 300_000)]
    public async Task TryClaim_ManyAtOnce_NoMoreThanTheLimitAreWithinIt()
    {
        var sighted = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => SightAsync($"PC{i}", Some.Time), Cancelled)));

        // None at all is right too: a store that notes and counts in two steps may see all of them in every count.
        Assert.InRange(sighted.Count(s => s.IsWithinLimit), 0, 10);
    }

    [Fact(Timeout = 300_000)]
    public async Task TryClaim_RuleLetsItPass_WritesTheClaimUnlessTheMachineWasWrittenMeanwhile()
    {
        var outdated = await ReadAsync();

        var claimed = await Store.TryClaimAsync(outdated, Claimed, Sighting("PC01", Some.Time), _ => true, Cancelled);
        var late = await Store.TryClaimAsync(outdated, Claimed, Sighting("PC01", Some.Time), _ => true, Cancelled);

        Assert.Equal(await ReadAsync(), claimed.State);
        Assert.Equal((null, new Sighted(Some.Time, true)), (late.State, late.Sighted));
    }

    [Fact(Timeout = 300_000)]
    public async Task TryClaim_RuleHoldsIt_WritesTheNoteAlone()
    {
        var held = await Store.TryClaimAsync(await ReadAsync(), Claimed, Sighting("PC01", Some.Time), _ => false, Cancelled);

        Assert.Null(held.State);
        Assert.Null((await ReadAsync()).Machine);
        Assert.False((await SightAsync("PC02", Some.Time, limit: 1)).IsWithinLimit);
    }

    [Fact(Timeout = 300_000)]
    public async Task Identity_OfOneLedger_IsTheSameForAllWhoAsk()
    {
        var asked = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => new LedgerIdentity(Store, TimeProvider.System).ReadAsync(Cancelled).AsTask()));

        Assert.Matches("^[0-9a-f]{32}$", Assert.Single(asked.Distinct()));
    }

    [Fact(Timeout = 300_000)]
    public async Task Write_APushThatIsAwaited_ReadsBackAsItWas()
    {
        var said = new VerificationResult
        {
            RequestId = "r1",
            Source = "cmdb",
            EventId = "e",
            Number = 1,
            Machine = "PC01",
            Domain = "CORP",
            Site = "hq",
            Outcome = VerificationOutcome.InRetry,
            Strength = EvidenceStrength.None,
            Reason = "CCR2611",
            Meaning = "m",
            Detail = "d",
            Remedy = "r",
            Time = Some.Time,
            Pushed = Some.Time,
            Signs = ["attempt"],
            Error = -2147024891,
        };
        var device = new DeviceView { ResourceId = 1, HasClient = true, Heartbeat = Some.Time, IsOnline = false };
        var record = new MachineRecord(Machine).Await(new Awaited("r1", "hq", Some.Time, Some.Time.AddDays(7))
        {
            Before = new SiteView { Device = device, Ccr = new CcrTrace { Place = CcrPlace.Retry, Attempted = Some.Time, Error = 53 } },
            NextLook = Some.Time.AddMinutes(15),
            Look = 3,
            Said = said,
            SaidError = 5,
            WasInInbox = true,
        });

        await Store.TryWriteAsync(await Store.ReadAsync(Machine, "r1", Cancelled), record, null, Cancelled);

        Assert.Equal(record, (await Store.ReadAsync(Machine, "r1", Cancelled)).Machine);
    }

    [Fact(Timeout = 300_000)]
    public async Task Prune_APushThatIsAwaited_KeepsItUntilItsEnd()
    {
        var record = new MachineRecord(Machine).Await(new Awaited("r1", "hq", Some.Time, Some.Time.AddDays(7)));
        await Store.TryWriteAsync(await Store.ReadAsync(Machine, "r1", Cancelled), record, null, Cancelled);

        Assert.Equal(0, await Store.PruneAsync(Some.Time.AddDays(6), Cancelled));
        Assert.Equal(1, await Store.PruneAsync(Some.Time.AddDays(8), Cancelled));
    }

    [Fact(Timeout = 300_000)]
    public async Task Prune_OldAndNew_DeletesWhatIsOverAndOlder()
    {
        var open = await Store.ReadAsync("CORP\\OPEN", "r1", Cancelled);
        await Store.TryWriteAsync(open, new MachineRecord("CORP\\OPEN") { Quarantine = new Quarantine(Some.Time, "r1") }, Some.Result("r1"), Cancelled);
        var closed = await Store.ReadAsync("CORP\\CLOSED", "r2", Cancelled);
        await Store.TryWriteAsync(
            closed, new MachineRecord("CORP\\CLOSED") { CoolDown = new CoolDown("r2", Some.Time) }, Some.Result("r2") with { Time = Some.Time.AddDays(2) },
            Cancelled);
        await SightAsync("PC01", Some.Time);

        var pruned = await Store.PruneAsync(Some.Time.AddDays(1), Cancelled);

        Assert.Equal(3, pruned);
        Assert.Equal((true, false), (
            (await Store.ReadAsync("CORP\\OPEN", "r1", Cancelled)).Machine is not null,
            (await Store.ReadAsync("CORP\\OPEN", "r1", Cancelled)).Result is not null));
        Assert.Equal((false, true), (
            (await Store.ReadAsync("CORP\\CLOSED", "r2", Cancelled)).Machine is not null,
            (await Store.ReadAsync("CORP\\CLOSED", "r2", Cancelled)).Result is not null));
    }

    private async Task<LedgerState> ReadAsync() => await Store.ReadAsync(Machine, "r1", Cancelled);

    private async Task<bool> ClaimAsync(string key, string requestId)
    {
        var state = await Store.ReadAsync(key, requestId, CancellationToken.None);
        if (state.Machine is not null) return false;
        return await Store.TryWriteAsync(state, new MachineRecord(key) { Claim = new Claim(requestId, Some.Time) }, null, CancellationToken.None) is not null;
    }

    private protected async Task<Sighted> SightAsync(string machine, DateTimeOffset at, string site = "hq", int limit = 10)
    {
        var state = await Store.ReadAsync($"CORP\\{machine}", "r1", CancellationToken.None);
        return (await Store.TryClaimAsync(
            state, new MachineRecord($"CORP\\{machine}"), Sighting(machine, at, site, limit), _ => false, CancellationToken.None)).Sighted;
    }

    private protected static Sighting Sighting(string machine, DateTimeOffset at, string site = "hq", int limit = 10) =>
        new(site, $"CORP\\{machine}", at, at.AddHours(-1), at.AddHours(-1), limit);
}
