using Ccr.Core.Ledger;
using Ccr.Core.Results;

namespace Ccr.Hosting.Tests.Ledger;

/// <summary>What every ledger store promises to people who read lists and change something by hand.</summary>
public abstract partial class LedgerStoreContract
{
    private static readonly Person Eva = new("eva@corp.example", "entra", "command line") { TenantId = "t", ObjectId = "o", User = "eva", Host = "jump01" };

    [Fact(Timeout = 300_000)]
    public async Task ListMachines_PageByPage_IsEachOnceThoughOthersAreWrittenMeanwhile()
    {
        foreach (var number in Enumerable.Range(0, 25)) await WriteAsync(Claimed with { Key = $"CORP\\PC{number:00}" }, Some.Result($"r{number}"));

        var seen = new List<string>();
        string? after = null;
        do
        {
            var page = await Store.ListMachinesAsync(new MachineFilter(), after, 10, Cancelled);
            seen.AddRange(page.Rows.Select(machine => machine.Key));
            after = page.Next;
            if (seen.Count == 10)
            {
                await WriteAsync(Claimed with { Key = "CORP\\AA00" });
                await WriteAsync(Claimed with { Key = "CORP\\PC99" });
            }
        }
        while (after is not null);

        Assert.Equal([.. Enumerable.Range(0, 25).Select(number => $"CORP\\PC{number:00}"), "CORP\\PC99"], seen);
    }

    [Fact(Timeout = 300_000)]
    public async Task ListMachines_PageIsJustFull_SaysThatThereIsNoOther()
    {
        await WriteAsync(Claimed);
        await WriteAsync(Claimed with { Key = "CORP\\PC02" });

        Assert.Null((await Store.ListMachinesAsync(new MachineFilter(), null, 2, Cancelled)).Next);
        Assert.NotNull((await Store.ListMachinesAsync(new MachineFilter(), null, 1, Cancelled)).Next);
    }

    [Theory(Timeout = 300_000)]
    [InlineData(MachineState.Quarantined, "CORP\\PC-Q")]
    [InlineData(MachineState.Pushing, "CORP\\PC-P")]
    [InlineData(MachineState.Waiting, "LAB\\PC-W")]
    [InlineData(MachineState.CoolingDown, "CORP\\PC-C")]
    [InlineData(MachineState.Awaited, "CORP\\PC-A")]
    public async Task ListMachines_ByState_IsThoseThatStandSo(MachineState state, string expected)
    {
        await WriteAsync(new MachineRecord("CORP\\PC-Q") { Quarantine = new Quarantine(Some.Time, "r") });
        await WriteAsync(new MachineRecord("CORP\\PC-P") { Claim = new Claim("r", Some.Time) });
        await WriteAsync(new MachineRecord("LAB\\PC-W") { Waiting = new Waiting("r", Some.Time, 1, Some.Time) });
        await WriteAsync(new MachineRecord("CORP\\PC-C") { CoolDown = new CoolDown("r", Some.Time.AddHours(1)) });
        await WriteAsync(new MachineRecord("CORP\\PC-I") { CoolDown = new CoolDown("r", Some.Time.AddHours(-1)) });
        await WriteAsync(new MachineRecord("CORP\\PC-A") { Awaited = [new Awaited("r", "hq", Some.Time, Some.Time.AddDays(7))] });

        var page = await Store.ListMachinesAsync(new MachineFilter { State = state, At = Some.Time }, null, 10, Cancelled);

        Assert.Equal([expected], page.Rows.Select(machine => machine.Key));
        Assert.Null(page.Next);
    }

    [Fact(Timeout = 300_000)]
    public async Task ListResults_PageByPage_IsLatestFirstAndEachOnce()
    {
        // Three of each time, so that pages end between those of one time.
        foreach (var number in Enumerable.Range(0, 24))
            await WriteAsync(new MachineRecord($"CORP\\PC{number:00}"), Some.Result($"r{number}") with { Time = Some.Time.AddMinutes(number / 3) });

        var seen = await Paging.AllAsync(after => Store.ListResultsAsync(new ResultFilter(), after, 5, Cancelled)).ToListAsync(Cancelled);

        Assert.Equal(24, seen.Select(result => result.RequestId).Distinct().Count());
        Assert.Equal(24, seen.Count);
        Assert.Equal(seen.Select(result => result.Time).OrderDescending(), seen.Select(result => result.Time));
    }

    [Fact(Timeout = 300_000)]
    public async Task ListResults_WithAFilter_IsOnlyThoseOfItAndOfItsTime()
    {
        await WriteAsync(new MachineRecord("CORP\\PC01"), Some.Result("early") with { Time = Some.Time.AddMinutes(-1), Outcome = Outcome.Failed });
        await WriteAsync(new MachineRecord("CORP\\PC02"), Some.Result("other") with { Outcome = Outcome.Accepted });
        await WriteAsync(new MachineRecord("CORP\\PC03"), Some.Result("wanted") with { Outcome = Outcome.Failed, Site = "hq" });
        await WriteAsync(new MachineRecord("CORP\\PC04"), Some.Result("elsewhere") with { Outcome = Outcome.Failed, Site = "muc" });
        await WriteAsync(new MachineRecord("CORP\\PC05"), Some.Result("late") with { Time = Some.Time.AddMinutes(1), Outcome = Outcome.Failed, Site = "hq" });

        var filter = new ResultFilter { From = Some.Time, To = Some.Time.AddMinutes(1), Outcome = Outcome.Failed, Site = "hq" };

        var page = await Store.ListResultsAsync(filter, null, 10, Cancelled);
        Assert.Equal(["wanted"], page.Rows.Select(result => result.RequestId));
        Assert.Null(page.Next);
    }

    [Fact(Timeout = 300_000)]
    public async Task TryWriteSwitch_WithItsAction_IsBothOrNeither()
    {
        var unset = await Store.ReadSwitchAsync(SwitchRecord.PauseKey, Cancelled);
        var on = new SwitchRecord(SwitchRecord.PauseKey, true, Some.Time, By: "eva", Until: Some.Time.AddHours(4), Reason: "INC4711");

        Assert.True(await Store.TryWriteSwitchAsync(unset, on, Action(1), Cancelled));
        Assert.False(await Store.TryWriteSwitchAsync(unset, on with { On = false }, Action(2), Cancelled));

        Assert.Equal([on], await Store.ListSwitchesAsync(Cancelled));
        Assert.Equal([Action(1)], (await Store.ListActionsAsync(null, 10, Cancelled)).Rows);
    }

    [Fact(Timeout = 300_000)]
    public async Task TryWriteMachine_WithItsAction_IsBothOrNeither()
    {
        var unset = await ReadAsync();

        Assert.True(await Store.TryWriteMachineAsync(unset, Claimed, Action(1), Cancelled));
        Assert.False(await Store.TryWriteMachineAsync(unset, Claimed with { Claim = null }, Action(2), Cancelled));

        Assert.Equal(Claimed, (await ReadAsync()).Machine);
        Assert.Equal([Action(1)], (await Store.ListActionsAsync(null, 10, Cancelled)).Rows);
    }

    [Fact(Timeout = 300_000)]
    public async Task WriteAction_BegunAndThenDone_IsOneAndTheLatestComesFirst()
    {
        await Store.WriteActionAsync(Action(1) with { Outcome = ActionOutcome.InProgress }, Cancelled);
        await Store.WriteActionAsync(Action(2), Cancelled);
        await Store.WriteActionAsync(Action(3), Cancelled);
        await Store.WriteActionAsync(Action(1) with { Outcome = ActionOutcome.Partial, Done = 7 }, Cancelled);

        var seen = await Paging.AllAsync(after => Store.ListActionsAsync(after, 1, Cancelled)).ToListAsync(Cancelled);

        Assert.Equal([Action(3), Action(2), Action(1) with { Outcome = ActionOutcome.Partial, Done = 7 }], seen);
    }

    [Fact(Timeout = 300_000)]
    public async Task ListSwitches_PausesAndBrakes_AreAllOfThemAndNothingElse()
    {
        foreach (var key in (string[])[SwitchRecord.PauseKey, SwitchRecord.PauseKeyOf("hq"), SwitchRecord.BrakeKey("muc"), "identity", "probe"])
        {
            var unset = await Store.ReadSwitchAsync(key, Cancelled);
            await Store.TryWriteSwitchAsync(unset, new SwitchRecord(key, true, Some.Time), Cancelled);
        }

        Assert.Equal(["brake muc", "pause", "pause hq"], (await Store.ListSwitchesAsync(Cancelled)).Select(record => record.Key));
    }

    [Fact(Timeout = 300_000)]
    public async Task WriteAgent_HeardAgain_IsKeptAsItWasHeardLast()
    {
        var agent = new AgentHeard("hq", "host/01 ü", Some.Time) { Version = "1.2", State = "taking commands", OpenCircuits = ["mp01:80"] };
        await Store.WriteAgentAsync(agent, Cancelled);
        await Store.WriteAgentAsync(agent with { HeardAt = Some.Time.AddSeconds(30), InHand = 3 }, Cancelled);
        await Store.WriteAgentAsync(new AgentHeard("muc", "a", Some.Time), Cancelled);

        Assert.Equal(
            [agent with { HeardAt = Some.Time.AddSeconds(30), InHand = 3 }, new AgentHeard("muc", "a", Some.Time)], await Store.ListAgentsAsync(Cancelled));
    }

    [Fact(Timeout = 300_000)]
    public async Task Prune_OldActionsAndAgents_AreGone()
    {
        await Store.WriteActionAsync(Action(1), Cancelled);
        await Store.WriteActionAsync(Action(90), Cancelled);
        await Store.WriteAgentAsync(new AgentHeard("muc", "a", Some.Time), Cancelled);

        await Store.PruneAsync(Some.Time.AddMinutes(30), Cancelled);

        Assert.Equal([Action(90)], (await Store.ListActionsAsync(null, 10, Cancelled)).Rows);
        Assert.Empty(await Store.ListAgentsAsync(Cancelled));
    }

    private static OperatorAction Action(int minute) => new()
    {
        Id = $"{Some.Time.AddMinutes(minute).UtcTicks:D19}-{minute:x12}",
        At = Some.Time.AddMinutes(minute),
        Kind = "pause on",
        Target = "all",
        Targets = ["1", "2"],
        Before = "off",
        After = "on",
        Reason = "INC4711",
        Who = Eva,
        Outcome = ActionOutcome.Done,
        Done = 1,
    };

    private async Task WriteAsync(MachineRecord machine, ReinstallResult? result = null)
    {
        var state = await Store.ReadAsync(machine.Key, result?.RequestId ?? "", Cancelled);
        Assert.NotNull(await Store.TryWriteAsync(state, machine, result, Cancelled));
    }
}
