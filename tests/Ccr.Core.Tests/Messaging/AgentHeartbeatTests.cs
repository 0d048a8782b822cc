using Ccr.Core.Agents;
using Ccr.Core.Ledger;
using Ccr.Core.Sites;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests.Messaging;

/// <summary>What agents say of themselves: who is believed, and for how long.</summary>
public sealed class AgentHeartbeatTests
{
    private const int Limit = 300_000;

    private static readonly SigningKey HqKey = KeyOf(1);
    private static readonly SigningKey BranchKey = KeyOf(2);

    private static readonly AgentHeartbeat Beat = new()
    {
        Site = "hq",
        Agent = "host01",
        Time = Some.Time.AddSeconds(-1),
        Version = "1.2.0",
        State = "taking commands",
        InHand = 3,
        LagSeconds = 90,
        LastFault = "CCR4001",
        LeftAlone = "mp01",
        LeftAloneUntil = Some.Time.AddMinutes(1),
    };

    private readonly Pipeline _pipeline = new()
    {
        Site = Some.Site with { Transport = SiteTransport.Agent, SigningKeys = [HqKey] },
        OtherSites = [Some.Site with { Key = "branch", Transport = SiteTransport.Agent, SigningKeys = [BranchKey] }],
    };

    [Fact(Timeout = Limit)]
    public async Task Hear_SignedByItsSite_IsKeptWithWhatItSays()
    {
        Assert.Null((await HearAsync(Beat, HqKey)).DeadLetterReason);

        Assert.Equal(
            new AgentHeard("hq", "host01", Beat.Time)
            {
                SaidAt = Beat.Time,
                Version = "1.2.0",
                State = "taking commands",
                InHand = 3,
                OldestCommand = TimeSpan.FromSeconds(90),
                LastFault = "CCR4001",
                LeftAlone = "mp01",
                LeftAloneUntil = Some.Time.AddMinutes(1),
            },
            Assert.Single(await AgentsAsync()));
    }

    /// <summary>Whoever may send to the topic could make a dead agent look alive.</summary>
    [Fact(Timeout = Limit)]
    public async Task Hear_SignedByAnotherSiteOrByNobody_IsRefused()
    {
        Assert.Equal("CCR4521", (await HearAsync(Beat, BranchKey)).DeadLetterReason);
        Assert.Equal("CCR4521", (await HearAsync(Beat, null)).DeadLetterReason);
        Assert.Equal("CCR4521", (await HearAsync(Beat with { Site = "nowhere" }, HqKey)).DeadLetterReason);
        Assert.Empty(await AgentsAsync());
    }

    /// <summary>Sent again by somebody, it would make the agent live for longer.</summary>
    [Fact(Timeout = Limit)]
    public async Task Hear_TheSameAgainLater_LeavesWhenItWasHeard()
    {
        await HearAsync(Beat, HqKey);
        _pipeline.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Null((await HearAsync(Beat, HqKey)).DeadLetterReason);

        Assert.Equal(Beat.Time, Assert.Single(await AgentsAsync()).HeardAt);
    }

    [Fact(Timeout = Limit)]
    public async Task Hear_AnOlderOneAfterANewerOne_LeavesTheNewer()
    {
        await HearAsync(Beat, HqKey);

        await HearAsync(Beat with { Time = Beat.Time.AddSeconds(-30), State = "cannot receive" }, HqKey);

        Assert.Equal("taking commands", Assert.Single(await AgentsAsync()).State);
    }

    /// <summary>While nobody took them they pile up: they say nothing of now. Dead letters they would be thousands.</summary>
    [Theory(Timeout = Limit)]
    [InlineData(-121)]
    [InlineData(121)]
    public async Task Hear_OfAnotherTime_IsDroppedWithoutADeadLetter(int seconds)
    {
        Assert.Null((await HearAsync(Beat with { Time = Some.Time.AddSeconds(seconds) }, HqKey)).DeadLetterReason);

        Assert.Empty(await AgentsAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task Hear_ClockThatIsAhead_IsHeardNow()
    {
        await HearAsync(Beat with { Time = Some.Time.AddSeconds(100) }, HqKey);

        Assert.Equal(Some.Time, Assert.Single(await AgentsAsync()).HeardAt);
    }

    [Fact(Timeout = Limit)]
    public async Task Hear_NameThatCommandsATerminal_IsKeptEscaped()
    {
        await HearAsync(Beat with { Agent = "a\u001b[2J", LagSeconds = double.MaxValue }, HqKey);

        var heard = Assert.Single(await AgentsAsync());
        Assert.Equal(("a\\u001B[2J", null), (heard.Name, heard.OldestCommand));
    }

    private static SigningKey KeyOf(byte first) => SigningKey.Read(Convert.ToBase64String([.. Enumerable.Repeat(first, 32)]))!;

    private async Task<IReadOnlyList<AgentHeard>> AgentsAsync() =>
        await ((IOperatorLedger)_pipeline.Ledger).ListAgentsAsync(TestContext.Current.CancellationToken);

    private Task<NotedSettlement> HearAsync(AgentHeartbeat beat, SigningKey? key) => Handlers.RecordAsync(_pipeline, beat.Write(key is null ? [] : [key]));
}
