using Ccr.Core.Agents;
using Ccr.Core.Ledger;
using Ccr.Core.Results;
using Ccr.Core.Sites;
using Ccr.Core.Tests.Support;
using Ccr.Core.Views;

namespace Ccr.Core.Tests.Messaging;

/// <summary>What comes home of a look that a site's agent was asked for: who is believed, and what follows.</summary>
public class LookReportTests
{
    private const int Limit = 300_000;
    private const string Machine = "CORP\\PC01";
    private const string Nonce = "nonce-1";

    private static readonly SigningKey HqKey = KeyOf(1);
    private static readonly SigningKey BranchKey = KeyOf(2);
    private static readonly SiteView Before = ViewOf(Some.Time.AddDays(-30));
    private static readonly SiteView Back = ViewOf(Some.Time.AddMinutes(10));

    private static readonly LookReport Report = new()
    {
        Nonce = Nonce,
        Site = "hq",
        Agent = "agent-1",
        Time = Some.Time,
        Views = new Dictionary<string, SiteView>(StringComparer.Ordinal) { [Machine] = Back },
    };

    private readonly Pipeline _pipeline = new()
    {
        Site = Some.Site with
        {
            Transport = SiteTransport.Agent,
            SigningKeys = [HqKey],
            Verification = VerificationPlan.Of(new VerificationOptions()),
        },
        OtherSites = [Some.Site with { Key = "branch", Transport = SiteTransport.Agent, SigningKeys = [BranchKey] }],
    };

    [Fact(Timeout = Limit)]
    public async Task Take_WhatTheAgentWasAsked_IsPublishedAsVerification()
    {
        await AskAsync();

        var settlement = await TakeAsync(Report, HqKey);

        Assert.Null(settlement.DeadLetterReason);
        var seen = Assert.Single(_pipeline.Seen);
        Assert.Equal((VerificationOutcome.Verified, "PC01", "hq"), (seen.Outcome, seen.Machine, seen.Site));
        Assert.True((await ReadAsync()).IsOver);
    }

    /// <summary>The processor was killed between ledger and topic, or the agent between topic and queue.</summary>
    [Fact(Timeout = Limit)]
    public async Task Take_TheSameAnswerAgain_PublishesTheSameAgainAndChangesNothing()
    {
        await AskAsync();
        await TakeAsync(Report, HqKey);
        var known = await ReadAsync();

        var settlement = await TakeAsync(Report with { Time = Some.Time.AddMinutes(1) }, HqKey);

        Assert.Null(settlement.DeadLetterReason);
        Assert.Equal(known, await ReadAsync());
        var messages = _pipeline.Publisher.Messages.Where(message => ResultMessage.ReadVerification(message.Body.Span) is not null).ToList();
        Assert.Equal(2, messages.Count);
        Assert.Equal(messages[0].MessageId, messages[1].MessageId);
    }

    public static TheoryData<string, Func<LookReport, LookReport>, byte?> NotBelieved => new()
    {
        { "CCR4521", report => report, null },
        { "CCR4521", report => report, 2 },
        { "CCR4521", report => report with { Site = "nowhere" }, 1 },
        { "CCR4521", report => report with { Site = "branch" }, 1 },
        { "CCR4526", report => report with { Site = "branch" }, 2 },
        { "CCR4526", report => report with { Nonce = "nonce-0" }, 1 },
        { "CCR4526", report => report with { Views = new Dictionary<string, SiteView> { ["CORP\\PC02"] = Back } }, 1 },
        { "CCR4526", report => report with { Views = new Dictionary<string, SiteView> { ["LAB\\PC01"] = Back } }, 1 },
        { "CCR4526", report => report with { Views = new Dictionary<string, SiteView> { ["PC01"] = Back, ["a\\b\\c"] = Back } }, 1 },
    };

    [Theory(Timeout = Limit)]
    [MemberData(nameof(NotBelieved))]
    public async Task Take_WhatNobodyWasAsked_IsDeadLetteredAndChangesNothing(string code, Func<LookReport, LookReport> change, byte? key)
    {
        await AskAsync();
        var known = await ReadAsync();

        var settlement = await TakeAsync(change(Report), key is { } fill ? KeyOf(fill) : null);

        Assert.Equal(code, settlement.DeadLetterReason);
        Assert.Empty(_pipeline.Seen);
        Assert.Equal(known, await ReadAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task Take_SignedReportThatSomebodyChanged_IsDeadLettered()
    {
        await AskAsync();
        var signed = (Report with { Views = new Dictionary<string, SiteView> { [Machine] = Before } }).Write([HqKey]);

        var settlement = await Handlers.RecordAsync(_pipeline, signed with { Body = Report.Write([HqKey]).Body });

        Assert.Equal("CCR4521", settlement.DeadLetterReason);
        Assert.Empty(_pipeline.Seen);
    }

    [Fact(Timeout = Limit)]
    public async Task Take_ReportThatTheSiteCouldNotBeLookedAt_SaysNothing()
    {
        await AskAsync();

        var settlement = await TakeAsync(Report with { Views = null, Fault = "CCR3601: it is dark" }, HqKey);

        Assert.Null(settlement.DeadLetterReason);
        Assert.Empty(_pipeline.Seen);
        Assert.False((await ReadAsync()).IsOver);
    }

    [Fact(Timeout = Limit)]
    public async Task GiveUp_LookThatNoAgentTook_EndsQuietly()
    {
        var look = AgentLook.Of("hq", [new LookedFor("PC01", "CORP")], Some.Time).Sign([HqKey]);

        Assert.Null((await Handlers.GiveUpAsync(_pipeline, look.Write(), look.Nonce)).DeadLetterReason);
        Assert.Empty(_pipeline.Publisher.Messages);
    }

    [Theory(Timeout = Limit)]
    [InlineData("hq", 0)]
    [InlineData("hq", 2)]
    [InlineData("nowhere", 1)]
    public async Task GiveUp_LookThatTheProcessorDidNotSend_IsDeadLettered(string site, byte key)
    {
        var look = AgentLook.Of(site, [new LookedFor("PC01", "CORP")], Some.Time);
        if (key > 0) look = look.Sign([KeyOf(key)]);

        Assert.Equal("CCR4503", (await Handlers.GiveUpAsync(_pipeline, look.Write(), look.Nonce)).DeadLetterReason);
    }

    /// <summary>Looks that follow each other faster than answers come home made every answer one to an earlier question, which does not count.</summary>
    [Fact(Timeout = Limit)]
    public async Task Look_BeforeTheAgentCanHaveAnswered_AsksNothingMore()
    {
        await AskAsync();
        var (second, _) = _pipeline.Looks.Scheduled.Last();
        _pipeline.Look.Asked = "nonce-2";
        _pipeline.Time.Advance(TimeSpan.FromSeconds(29));
        Assert.True(await _pipeline.Verifications.LookAsync(second, TestContext.Current.CancellationToken));
        Assert.Equal((Nonce, 3), ((await ReadAsync()).Asked, (await ReadAsync()).Look));

        var (third, _) = _pipeline.Looks.Scheduled.Last();
        _pipeline.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await _pipeline.Verifications.LookAsync(third, TestContext.Current.CancellationToken));

        Assert.Equal("nonce-2", (await ReadAsync()).Asked);
        Assert.Equal("CCR4526", (await TakeAsync(Report, HqKey)).DeadLetterReason);
        Assert.Null((await TakeAsync(Report with { Nonce = "nonce-2" }, HqKey)).DeadLetterReason);
        Assert.Single(_pipeline.Seen);
    }

    /// <summary>A push whose result came home from the agent, and whose first look was handed to the agent.</summary>
    private async Task AskAsync()
    {
        await _pipeline.ProcessAsync(Some.Event(Some.CloudEvent("""{ "machine": "PC01" }"""), "message-1"));
        var command = _pipeline.Commands.Commands.Single();
        Assert.True(command.Look);
        var result = command.Conclude(new Verdict(Outcome.Accepted, ManagementPointReasons.Accepted, "a test"), Some.Time) with
        {
            Agent = "agent-1",
            Before = Before,
        };
        await Handlers.RecordAsync(_pipeline, AgentResult.Write(result, [HqKey]));
        var (look, at) = _pipeline.Looks.Scheduled.Single();
        _pipeline.Time.Advance(at - _pipeline.Time.GetUtcNow());
        _pipeline.Look.Asked = Nonce;
        Assert.True(await _pipeline.Verifications.LookAsync(look, TestContext.Current.CancellationToken));
        Assert.Equal((Nonce, Before), ((await ReadAsync()).Asked, (await ReadAsync()).Before));
    }

    private Task<NotedSettlement> TakeAsync(LookReport report, SigningKey? key) =>
        Handlers.RecordAsync(_pipeline, report.Write(key is null ? [] : [key]));

    private async Task<Awaited> ReadAsync() =>
        Assert.Single((await _pipeline.Ledger.ReadAsync(Machine, "", TestContext.Current.CancellationToken)).Machine!.Awaited);

    private static SiteView ViewOf(DateTimeOffset registered) => new()
    {
        Device = new DeviceView { ResourceId = 16777219, UniqueId = "GUID:1", HasClient = true, ClientVersion = "5.0", Registered = registered },
    };

    private static SigningKey KeyOf(byte fill) => SigningKey.Read(Convert.ToBase64String(Enumerable.Repeat(fill, 32).ToArray()))!;
}
