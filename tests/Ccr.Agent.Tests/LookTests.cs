using System.Text.Json.Nodes;
using Ccr.Agent.Tests.Support;
using Ccr.Core.Agents;
using Ccr.Core.Results;
using Ccr.Core.Views;

namespace Ccr.Agent.Tests;

/// <summary>Agents in processes of their own, which are asked what their site shows.</summary>
public class LookTests
{
    private const int Limit = 300_000;
    private static readonly SigningKey Key = SigningKey.Read(Installation.SigningKey)!;

    /// <summary>The whole loop: the agent looks before the push, and later as often as the processor asks.</summary>
    [Fact(Timeout = Limit)]
    public async Task Push_OfASiteWithAnAgent_IsVerifiedByWhatTheAgentSees()
    {
        await using var installation = await Installation.StartAsync(settings =>
        {
            settings["Ccr:Sites:hq:Verification:Enabled"] = "true";
            settings["Ccr:Sites:hq:Verification:FirstAfter"] = "00:00:00.5";
            settings["Ccr:Sites:hq:Verification:Every"] = "00:00:01";
        });
        var inboxes = new SiteInboxes(installation.PathOf("inboxes"));
        inboxes.Put("ccr.box", "PC0000");
        installation.AddAgent(installation.Configure(change: inboxes.Configure)).Start();

        await installation.SendAsync(1);
        await installation.UntilAsync(() => installation.Reports.Any(report => PlaceIn(report) == CcrPlace.Incoming));
        inboxes.Remove("ccr.box", "PC0000");
        await installation.UntilAsync(() => installation.Verifications.Count > 0);

        var pushed = Assert.Single(installation.Terminal);
        Assert.Equal((Outcome.Accepted, CcrPlace.Incoming), (pushed.Outcome, pushed.Before?.Ccr?.Place));
        Assert.Equal(
            (pushed.RequestId, VerificationOutcome.Verified), (installation.Verifications[0].RequestId, installation.Verifications[0].Outcome));
    }

    [Fact(Timeout = Limit)]
    public async Task Push_AgentKilledWhileItSends_IsIndeterminateWithWhatWasSeenBefore()
    {
        await using var installation = await Installation.StartAsync(settings => settings["Ccr:Sites:hq:Verification:Enabled"] = "true");
        var inboxes = new SiteInboxes(installation.PathOf("inboxes"));
        inboxes.Put("ccrretry.box", "PC0000");
        installation.AddAgent(installation.Configure(change: inboxes.Configure), new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["CCR_TEST_CRASH_AFTER"] = "send",
            ["CCR_TEST_CRASHED"] = installation.PathOf("crashed"),
        }).KeepRunning();

        await installation.SendAsync(1);
        await installation.CompleteAsync();

        var result = Assert.Single(installation.Terminal);
        Assert.Equal((Outcome.Indeterminate, CcrPlace.Retry), (result.Outcome, result.Before?.Ccr?.Place));
    }

    [Fact(Timeout = Limit)]
    public async Task Push_SiteThatCannotBeLookedAt_IsCarriedOutAllTheSame()
    {
        await using var installation = await Installation.StartAsync(settings => settings["Ccr:Sites:hq:Verification:Enabled"] = "true");
        var agent = installation.AddAgent().Start();

        await installation.SendAsync(1);
        await installation.CompleteAsync();

        var result = Assert.Single(installation.Terminal);
        Assert.Equal((Outcome.Accepted, null), (result.Outcome, result.Before));
        Assert.Contains("PC0000 is pushed without a look at it before", agent.Log, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task Push_ProcessorVerifiesNothing_LooksAtNothing()
    {
        await using var installation = await Installation.StartAsync();
        var inboxes = new SiteInboxes(installation.PathOf("inboxes"));
        inboxes.Put("ccrretry.box", "PC0000");
        installation.AddAgent(installation.Configure(change: inboxes.Configure)).Start();

        await installation.SendAsync(1);
        await installation.CompleteAsync();

        Assert.Null(Assert.Single(installation.Terminal).Before);
        Assert.Empty(installation.Reports);
    }

    /// <summary>A look takes no hand of a command, and what is not believed is refused as a command is.</summary>
    [Fact(Timeout = Limit)]
    public async Task Look_OnTheQueue_IsAnsweredUnlessItIsForged()
    {
        await using var installation = await Installation.StartAsync();
        var inboxes = new SiteInboxes(installation.PathOf("inboxes"));
        inboxes.Put("ccrretry.box", "PC0000");
        var agent = installation.AddAgent(installation.Configure(change: config =>
        {
            inboxes.Configure(config);
            config["Agent"]!["MaxConcurrent"] = 1;
        })).Start();
        var look = AgentLook.Of("hq", [new LookedFor("PC0000", "CORP"), new LookedFor("PC0001", "CORP")], RelayInstallation.Now);

        await installation.SendAsync(look);
        var signed = (look with { Nonce = "0123" }).Sign([Key]);
        await installation.SendAsync(signed);
        await installation.UntilAsync(() => installation.Reports.Count > 0 && agent.Log.Contains("CCR4602", StringComparison.Ordinal));

        var report = Assert.Single(installation.Reports);
        Assert.Equal((signed.Nonce, "agent-1", CcrPlace.Retry), (report.Nonce, report.Agent, PlaceIn(report)));
        Assert.Equal(CcrPlace.None, report.Views!["CORP\\PC0001"].Ccr!.Place);
    }

    [Fact(Timeout = Limit)]
    public async Task Look_ThroughTheRelay_IsAnsweredWithWhatTheSiteShows()
    {
        await using var installation = await RelayInstallation.StartAsync();
        var inboxes = new SiteInboxes(installation.PathOf("inboxes"));
        inboxes.Put("ccrretry.box", "PC01");
        await installation.AddAgentAsync(change: inboxes.Configure);

        var verdict = await installation.ExchangeAsync(Question(new LookedFor("pc01", "corp")));
        var refused = await installation.ExchangeAsync(Question(new LookedFor("PC01", "corp.example.com")));

        Assert.Equal((CcrPlace.Retry, null), (verdict.Views!["CORP\\PC01"].Ccr!.Place, verdict.Refusal));
        Assert.Null(refused.Views);
        Assert.StartsWith("CCR4601", refused.Refusal, StringComparison.Ordinal);
        Assert.Empty(installation.Submitted);
    }

    [Fact(Timeout = Limit)]
    public async Task Look_ThroughTheRelayAtASiteThatCannotBeLookedAt_SaysWhy()
    {
        await using var installation = await RelayInstallation.StartAsync();
        await installation.AddAgentAsync();
        await installation.AddAgentAsync("agent-2", config => config["Ccr"]!["Sites"]!["hq"]!["Verification"] =
            new JsonObject { ["InboxesFolder"] = installation.PathOf("nowhere") });

        var refusals = new List<string>();
        for (var asked = 0; asked < 40 && refusals.Distinct().Count() < 2; asked++)
            refusals.Add((await installation.ExchangeAsync(Question(new LookedFor("PC01", "CORP")))).Refusal![..7]);

        Assert.Equal(["CCR3601", "CCR3602"], refusals.Distinct().Order(StringComparer.Ordinal));
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Submit_ThroughTheRelay_LooksBeforeThePushIfTheCommandSaysSo(bool looks)
    {
        await using var installation = await RelayInstallation.StartAsync();
        var inboxes = new SiteInboxes(installation.PathOf("inboxes"));
        inboxes.Put("ccrretry.box", "PC01");
        await installation.AddAgentAsync(change: inboxes.Configure);

        var answer = await installation.SubmitAsync(RelayInstallation.CommandFor("PC01", "ccr-1") with { Look = looks });

        Assert.Equal(Outcome.Accepted, answer.Agents!.Outcome);
        Assert.Equal(looks ? CcrPlace.Retry : null, answer.Agents.Before?.Ccr?.Place);
    }

    [Fact(Timeout = Limit)]
    public async Task Submit_AgentKilledWhileItSends_IsIndeterminateWithWhatWasSeenBefore()
    {
        await using var installation = await RelayInstallation.StartAsync(RelayInstallation.ShortAnswerLimit);
        var inboxes = new SiteInboxes(installation.PathOf("inboxes"));
        inboxes.Put("ccrretry.box", "PC01");
        await installation.AddAgentAsync(change: inboxes.Configure, crashAfter: "send", keepRunning: true);

        var answer = await installation.SubmitAsync(RelayInstallation.CommandFor("PC01", "ccr-1") with { Look = true });

        Assert.Equal((Outcome.Indeterminate, CcrPlace.Retry), (answer.Agents!.Outcome, answer.Agents.Before?.Ccr?.Place));
    }

    private static CcrPlace? PlaceIn(LookReport report) => report.Views?.GetValueOrDefault("CORP\\PC0000")?.Ccr?.Place;

    private static RelayedSubmission Question(LookedFor machine) =>
        RelayedSubmission.Of(RelayedKind.Look, "hq", RelayInstallation.Now) with { Machines = [machine] };
}
