using Ccr.Cli.Status;
using Ccr.Core.Ledger;
using Ccr.Core.Results;
using Ccr.EndToEnd.Tests.Support;

namespace Ccr.EndToEnd.Tests;

/// <summary>Whoever is on shift asks first: is anything held, and what waits for me? To accept a change, run the tests with CCR_ACCEPT_SNAPSHOTS=1.</summary>
public sealed class StatusTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 3, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Status_OfABadNight_ReadsAsReviewed()
    {
        var lines = StatusText.Of(BadNight()).Select(line => $"{line.Name,-10}{line.Text}{(line.Person is null ? "" : $"  -> {line.Person}")}\n");

        await Snapshot.VerifyAsync("status.txt", string.Concat(lines));
    }

    [Fact]
    public void Status_NothingIsHeldAndNobodyIsNeeded_NeedsNoPerson()
    {
        var lines = StatusText.Of(Quiet()).ToList();

        Assert.Equal("nothing", lines.Single(line => line.Name == "held").Text);
        Assert.All(lines, line => Assert.Null(line.Person));
    }

    /// <summary>A pause that ends by itself is somebody's plan; one without an end waits for somebody.</summary>
    [Theory]
    [InlineData(null, true)]
    [InlineData(4, false)]
    public void Status_DuringAPause_NeedsAPersonOnlyIfItHasNoEnd(int? hours, bool isNeeded)
    {
        var pause = new SwitchRecord(SwitchRecord.PauseKey, true, Now, By: "eva", Until: hours is { } some ? Now.AddHours(some) : null);

        Assert.Equal(isNeeded, StatusText.Of(Quiet() with { Switches = [pause] }).Any(line => line.Person is not null));
    }

    [Fact]
    public void Status_AfterAPauseHasEndedByItself_SaysThatNothingIsHeld()
    {
        var pause = new SwitchRecord(SwitchRecord.PauseKey, true, Now.AddHours(-2), By: "eva", Until: Now);

        Assert.Equal("nothing", StatusText.Of(Quiet() with { Switches = [pause] }).Single(line => line.Name == "held").Text);
    }

    /// <summary>What a silent agent said last is no news, and neither is a time that is over.</summary>
    [Theory]
    [InlineData(18, 60, "CIRCUIT of hq: mp01 failed too often and is tried again 2026-01-31 03:01:00Z")]
    [InlineData(121, 60, "nothing")]
    [InlineData(18, 0, "nothing")]
    public void Status_AnAgentLeavesAManagementPointAlone_SaysUntilWhen(int heardBefore, int until, string held)
    {
        var agent = new AgentHeard("hq", "host01", Now.AddSeconds(-heardBefore)) { LeftAlone = "mp01", LeftAloneUntil = Now.AddSeconds(until) };

        Assert.Equal(held, StatusText.Of(Quiet() with { Agents = [agent] }).Single(line => line.Name == "held").Text);
    }

    [Fact]
    public async Task Status_OfALedgerAndItsBroker_SaysWhatIsThereAndEndsWithOneIfAPersonIsNeeded()
    {
        await CcrCommand.RunAsync("local", "--until-idle", "--events", Repository.PathOf("tests", "events", "ccr-client-broken.json"), "--data", _folder.Path);
        var quiet = await CcrCommand.RunAsync("status", "--data", _folder.Path);
        await CcrCommand.RunAsync("pause", "on", "--why", "INC4711", "--data", _folder.Path);
        await using var local = CcrCommand.Start("local", "--no-processing", "--json");
        var connection = (await local.NextAsync("started")).GetProperty("connection").GetString()!;
        await CcrCommand.RunAsync("send", Repository.PathOf("tests", "events", "ccr-client-broken.json"), "--connection", connection);

        var paused = await CcrCommand.RunAsync("status", "--data", _folder.Path, "--connection", connection);
        var actions = await CcrCommand.RunAsync("actions", "--data", _folder.Path);

        Assert.Equal((0, ""), (quiet.ExitCode, quiet.Error));
        Assert.Contains("held      nothing", quiet.Output);
        Assert.Contains("queues    not asked: name them with --connection", quiet.Output);
        Assert.Contains("machines  1 cooling down", quiet.Output);
        Assert.Equal((1, ""), (paused.ExitCode, paused.Error));
        Assert.Matches("held      PAUSE of all sites by .* until somebody ends it \\(INC4711\\)  -> ccr pause off when it is over", paused.Output);
        Assert.Matches("queues    ccr-requests: 1 waiting, the oldest for [0-9]+ s, 0 scheduled, 0 dead letters", paused.Output);
        Assert.Matches("pause on all: off since .* -> on since .* \\(INC4711\\)  Done 1 of 1", actions.Output);
    }

    [Fact(Timeout = 180_000)]
    public async Task Status_OfASiteWithAnAgent_SaysWhenItWasHeardLast()
    {
        await using var local = CcrCommand.Start("local", "--agent", "--json", "--data", _folder.Path);
        await local.NextAsync("agent");

        var run = await CcrCommand.RunAsync("status", "--data", _folder.Path);
        while (!run.Output.Contains("agents ", StringComparison.Ordinal)) run = await CcrCommand.RunAsync("status", "--data", _folder.Path);

        Assert.Matches("agents    hq/local-hq: last heard [0-9]+ s ago, taking commands, 0 in hand(, oldest command [0-9]+ s)?, version [0-9.]+", run.Output);
    }

    public void Dispose() => _folder.Dispose();

    private static StatusFacts Quiet() => new()
    {
        Now = Now,
        Ledger = "0123456789abcdef0123456789abcdef",
        Switches = [],
        Census = new Census(),
        Agents = [new AgentHeard("hq", "host01", Now.AddSeconds(-18)) { Version = "1.2.0", State = "taking commands" }],
        Actions = [],
        Results = [],
        Queues = [new QueueFacts("ccr-requests", 0, 0, null, 0)],
    };

    private static StatusFacts BadNight()
    {
        var census = new Census();
        foreach (var machine in Machines()) census.Add(machine, Now);
        return Quiet() with
        {
            Switches =
            [
                new SwitchRecord(SwitchRecord.BrakeKey("hq"), true, Now.AddMinutes(-19)),
                new SwitchRecord(SwitchRecord.PauseKey, true, Now.AddMinutes(-19), By: "a.meier", Until: Now.AddHours(3), Reason: "INC4711"),
                new SwitchRecord(SwitchRecord.PauseKeyOf("muc"), true, Now.AddDays(-3), By: "eva"),
            ],
            ShutWindows = [("ber", Now.AddHours(1))],
            Census = census,
            Agents =
            [
                new AgentHeard("hq", "host01", Now.AddMinutes(-10))
                {
                    Version = "1.2.0", State = "taking commands", InHand = 3, OldestCommand = TimeSpan.FromMinutes(4), LastFault = "CCR3101",
                    LastFaultAt = Now.AddMinutes(-11),
                },
            ],
            Actions =
            [
                Action("pause on", "all", "INC4711", ActionOutcome.Done, 1, 1), Action("redrive", "ccr-requests", null, ActionOutcome.InProgress, 100, 312),
                Action("discard", "ccr-verifications", "old", ActionOutcome.Partial, 7, 20),
            ],
            Results = [Result(Outcome.Failed, "CCR3101"), Result(Outcome.Accepted, "CCR3001"), Result(Outcome.Accepted, "CCR3001")],
            Queues =
            [
                new QueueFacts("ccr-requests", 1000, 0, Now.AddHours(-2), 4),
                new QueueFacts("ccr-verifications", 0, 40, null, 0),
            ],
        };
    }

    private static IEnumerable<MachineRecord> Machines() =>
    [
        new("CORP\\A") { Quarantine = new Quarantine(Now.AddDays(-3), "r") },
        new("CORP\\B") { Quarantine = new Quarantine(Now.AddDays(-1), "r") },
        new("CORP\\C") { Claim = new Claim("r", Now.AddMinutes(5)) },
        new("CORP\\D") { Waiting = new Waiting("r", Now.AddMinutes(-50), 3, Now) },
        new("CORP\\E") { Awaited = [new Awaited("r", "hq", Now.AddHours(-5), Now.AddDays(7))] },
        new("CORP\\F") { CoolDown = new CoolDown("r", Now.AddHours(5)), Pushes = [Now.AddHours(-19)] },
        new("CORP\\G"),
    ];

    private static OperatorAction Action(string kind, string target, string? reason, ActionOutcome outcome, int done, int count) => new()
    {
        Id = "1",
        At = Now.AddMinutes(-19),
        Kind = kind,
        Target = target,
        Reason = reason,
        Who = new Person("a.meier", "entra", "command line"),
        Outcome = outcome,
        Done = done,
        Count = count,
    };

    private static ReinstallResult Result(Outcome outcome, string reason) => new()
    {
        RequestId = "r",
        Source = "ccr",
        EventId = "1",
        Part = 1,
        Parts = 1,
        Outcome = outcome,
        Reason = reason,
        Meaning = "",
        Detail = "",
        Remedy = "",
        Time = Now.AddMinutes(-2),
    };
}
