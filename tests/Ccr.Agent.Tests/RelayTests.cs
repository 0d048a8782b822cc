using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ccr.Agent.Tests.Support;
using Ccr.Core.Agents;
using Ccr.Core.Results;
using Ccr.Core.Sites;
using Ccr.EmbeddedRelay;
using Ccr.Hosting.Relay;

namespace Ccr.Agent.Tests;

/// <summary>From the processor's end of the relay to the management point, through an agent in its own process.</summary>
public class RelayTests
{
    private const int Limit = 300_000;

    [Fact(Timeout = Limit)]
    public async Task Submit_ThroughTheRelay_IsAnsweredWithTheVerdictOfTheAgent()
    {
        await using var installation = await RelayInstallation.StartAsync();
        await installation.AddAgentAsync();

        var answer = await installation.SubmitAsync(RelayInstallation.CommandFor("PC01", "ccr-1"));

        Assert.Equal((SubmissionVerdict.Accepted, 200, "agent-1"), (answer.Verdict, answer.HttpStatus, answer.Agents?.Agent));
        Assert.Equal(installation.ManagementPoint.BaseAddress.Authority, answer.Agents?.ManagementPoint);
        Assert.Equal("mn=PC01&dn=CORP&fkey=True", Assert.Single(installation.Submitted).TrimStart('?'));
    }

    [Fact(Timeout = Limit)]
    public async Task Submit_SameRequestAgainAndAlsoAfterARestart_HasTheSameVerdictAndNoSecondSubmission()
    {
        await using var installation = await RelayInstallation.StartAsync();
        var agent = await installation.AddAgentAsync();
        var command = RelayInstallation.CommandFor("PC01", "ccr-1");

        var first = await installation.SubmitAsync(command);
        var second = await installation.SubmitAsync(command);
        await agent.StopAsync();
        await installation.AddAgentAsync();
        var third = await installation.SubmitAsync(command);

        Assert.Equal((first.Agents, first.Agents), (second.Agents, third.Agents));
        Assert.Single(installation.Submitted);
    }

    [Fact(Timeout = Limit)]
    public async Task Submit_SameRequestWhileItIsCarriedOut_WaitsForTheFirstOnesVerdict()
    {
        await using var installation = await RelayInstallation.StartAsync();
        await installation.AddAgentAsync();
        installation.SetFaults("delay=1s");
        var command = RelayInstallation.CommandFor("PC01", "ccr-1");

        var answers = await Task.WhenAll(installation.SubmitAsync(command), installation.SubmitAsync(command), installation.SubmitAsync(command));

        Assert.All(answers, answer => Assert.Equal(SubmissionVerdict.Accepted, answer.Verdict));
        Assert.Single(answers.Select(answer => answer.Agents).Distinct());
        Assert.Single(installation.Submitted);
    }

    /// <summary>Whoever may listen, or runs the relay, has a copy of a genuine question.</summary>
    [Fact(Timeout = Limit)]
    public async Task Submit_StolenQuestionReplayed_PushesNothingMore()
    {
        await using var installation = await RelayInstallation.StartAsync();
        await installation.AddAgentAsync();
        var question = await QuestionAsync(installation, "PC01");

        var verdict = await installation.ExchangeAsync(question);
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => installation.ExchangeAsync(question)));

        Assert.Equal(Outcome.Accepted, verdict.Result!.Outcome);
        Assert.All(replies, reply => Assert.Equal(verdict, reply));
        Assert.Single(installation.Submitted);
    }

    /// <summary>What was certainly not sent is tried again by the processor, here or with another agent: a copy of it must not be a second one.</summary>
    [Fact(Timeout = Limit)]
    public async Task Submit_StolenQuestionThatWasNotSent_BeginsNothingLater()
    {
        await using var installation = await RelayInstallation.StartAsync();
        await installation.AddAgentAsync(change: config =>
            config["Ccr"]!["Sites"]!["hq"]!["ManagementPoints"] = new JsonArray(new JsonObject { ["Address"] = "http://127.0.0.1:1" }));
        var question = await QuestionAsync(installation, "PC01");

        var first = await installation.ExchangeAsync(question);
        var second = await installation.ExchangeAsync(question);

        Assert.Equal((Outcome.Deferred, "CCR3202"), (first.Result!.Outcome, first.Result.Reason));
        Assert.Equal((Outcome.Deferred, "CCR4612"), (second.Result!.Outcome, second.Result.Reason));
    }

    [Fact(Timeout = Limit)]
    public async Task Submit_StolenQuestionForAProcessThatIsGone_BeginsNothing()
    {
        await using var installation = await RelayInstallation.StartAsync();
        var agent = await installation.AddAgentAsync();
        var question = await QuestionAsync(installation, "PC01");
        await agent.StopAsync();
        await installation.AddAgentAsync();

        var verdict = await installation.ExchangeAsync(question);

        Assert.Null(verdict.Result);
        Assert.StartsWith("CCR4608", verdict.Refusal, StringComparison.Ordinal);
        Assert.Empty(installation.Submitted);
    }

    [Fact(Timeout = Limit)]
    public async Task Ask_BeforeTheQuestionCame_HasItCountNoMore()
    {
        await using var installation = await RelayInstallation.StartAsync();
        await installation.AddAgentAsync();
        var late = await QuestionAsync(installation, "PC01");

        var asked = await installation.ExchangeAsync(
            RelayedSubmission.Of(RelayedKind.Ask, "hq", RelayInstallation.Now, late.Command) with { For = late.For, About = late.Nonce });
        var came = await installation.ExchangeAsync(late);

        Assert.Equal((Outcome.Deferred, "CCR4613"), (asked.Result!.Outcome, asked.Result.Reason));
        Assert.Equal((Outcome.Deferred, "CCR4612"), (came.Result!.Outcome, came.Result.Reason));
        Assert.Empty(installation.Submitted);
    }

    [Fact(Timeout = Limit)]
    public async Task Ask_AboutAQuestionForAnotherAgent_IsNotKnownHere()
    {
        await using var installation = await RelayInstallation.StartAsync();
        await installation.AddAgentAsync();
        var question = await QuestionAsync(installation, "PC01");

        var verdict = await installation.ExchangeAsync(
            RelayedSubmission.Of(RelayedKind.Ask, "hq", RelayInstallation.Now, question.Command) with { For = "other.process", About = question.Nonce });

        Assert.Equal((null, null), (verdict.Result, verdict.Refusal));
    }

    [Theory(Timeout = Limit)]
    [InlineData(LostAnswer.GatewayTimeout)]
    [InlineData(LostAnswer.BrokenConnection)]
    public async Task Submit_AnswerLostAfterTheSubmission_FindsTheVerdictAndSubmitsOnce(LostAnswer how)
    {
        await using var installation = await RelayInstallation.StartAsync();
        await installation.AddAgentAsync();
        await installation.SubmitAsync(RelayInstallation.CommandFor("PC00", "ccr-0"));
        installation.Relay.LoseAnswers("hq", 1, how);

        var answer = await installation.SubmitAsync(RelayInstallation.CommandFor("PC01", "ccr-1"));

        Assert.Equal(SubmissionVerdict.Accepted, answer.Verdict);
        Assert.Equal(2, installation.Submitted.Count);
    }

    [Fact(Timeout = Limit)]
    public async Task Submit_MachineThatThisAgentDoesNotAllow_IsRejectedAndNotSent()
    {
        await using var installation = await RelayInstallation.StartAsync();
        await installation.AddAgentAsync();

        var answer = await installation.SubmitAsync(RelayInstallation.CommandFor("VIP01", "ccr-1"));

        Assert.Equal((SubmissionVerdict.Refused, Outcome.Rejected, "CCR2008"), (answer.Verdict, answer.Agents?.Outcome, answer.Reason.Code));
        Assert.Empty(installation.Submitted);
    }

    [Fact(Timeout = Limit)]
    public async Task Submit_OtherRequestForAMachineInItsCoolDown_IsSuppressed()
    {
        await using var installation = await RelayInstallation.StartAsync();
        await installation.AddAgentAsync();
        await installation.SubmitAsync(RelayInstallation.CommandFor("PC01", "ccr-1"));

        var answer = await installation.SubmitAsync(RelayInstallation.CommandFor("PC01", "ccr-2"));

        Assert.Equal((Outcome.Suppressed, "CCR2002"), (answer.Agents?.Outcome, answer.Reason.Code));
        Assert.Single(installation.Submitted);
    }

    [Theory(Timeout = Limit)]
    [InlineData("POST", "/sms_mp/machine.ccr?mn=PC01&dn=CORP&fkey=True", 404)]
    [InlineData("SMS_POST", "/sms_mp/machine.ccr?mn=PC01&dn=CORP&fkey=True", 404)]
    [InlineData("GET", "/ccr", 405)]
    [InlineData("POST", "/ccr", 403)]
    public async Task Send_ByWhoeverMaySendToTheRelay_PushesNothing(string method, string path, int status)
    {
        await using var installation = await RelayInstallation.StartAsync();
        await installation.AddAgentAsync();
        var question = await QuestionAsync(installation, "PC01");

        var reply = await installation.SendAsync(question.Write(), method, path);

        Assert.Equal((RelayDelivery.Answered, status, 0), (reply.Delivery, reply.Status, reply.Body.Length));
        Assert.Empty(installation.Submitted);
    }

    [Theory(Timeout = Limit)]
    [InlineData("mark", SubmissionVerdict.Unknown, 0)]
    [InlineData("send", SubmissionVerdict.Unknown, 1)]
    [InlineData("record", SubmissionVerdict.Accepted, 1)]
    public async Task Agent_KilledAfterAStep_SaysWhatItKnowsWhenItIsBackAndPushesOnce(string step, SubmissionVerdict verdict, int submissions)
    {
        await using var installation = await RelayInstallation.StartAsync(RelayInstallation.ShortAnswerLimit);
        var agent = await installation.AddAgentAsync(crashAfter: step, keepRunning: true);
        var command = RelayInstallation.CommandFor("PC01", "ccr-1");

        var answer = await installation.SubmitAsync(command);
        var again = await installation.SubmitAsync(command);

        Assert.Equal((verdict, verdict), (answer.Verdict, again.Verdict));
        if (verdict == SubmissionVerdict.Unknown) Assert.Equal(("CCR2005", "CCR2005"), (answer.Reason.Code, again.Reason.Code));
        Assert.Equal((2, submissions), (agent.Starts, installation.Submitted.Count));
        Assert.Equal(verdict, (await installation.AskAsync(command))!.Verdict);
    }

    [Fact(Timeout = Limit)]
    public async Task Agents_TwoOnOneHybridConnectionAndOneOfThemKilled_PushNoMachineTwice()
    {
        await using var installation = await RelayInstallation.StartAsync(RelayInstallation.ShortAnswerLimit);
        var killed = await installation.AddAgentAsync("agent-1", keepRunning: true);
        await installation.AddAgentAsync("agent-2");
        installation.SetFaults("delay=20ms");
        var verdicts = new List<SubmissionVerdict>();

        for (var round = 0; round < 4; round++)
        {
            var answers = Enumerable.Range(round * 20, 20).Select(number => SubmitUntilSentAsync(RelayInstallation.CommandFor($"PC{number:00}", $"ccr-{number}")));
            var running = answers.ToList();
            await Task.WhenAny(running);
            killed.Kill();
            verdicts.AddRange(await Task.WhenAll(running));
        }

        Assert.Equal(80, verdicts.Count);
        Assert.All(verdicts, verdict => Assert.True(verdict is SubmissionVerdict.Accepted or SubmissionVerdict.Unknown));
        Assert.All(installation.Submitted.GroupBy(query => query), queries => Assert.Single(queries));
        Assert.True(installation.Submitted.Count >= verdicts.Count(verdict => verdict == SubmissionVerdict.Accepted));

        // As the processor does: only what was certainly not sent, again.
        async Task<SubmissionVerdict> SubmitUntilSentAsync(AgentCommand command)
        {
            while (true)
            {
                if (await installation.SubmitAsync(command) is { Verdict: not SubmissionVerdict.NotSent } answer) return answer.Verdict;
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
            }
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Agent_StoppedWhileItSubmits_AnswersWhatItHasBegun()
    {
        await using var installation = await RelayInstallation.StartAsync();
        var agent = await installation.AddAgentAsync();
        installation.SetFaults("delay=2s");

        var submitting = installation.SubmitAsync(RelayInstallation.CommandFor("PC01", "ccr-1"));
        await installation.UntilAsync(() => installation.ManagementPoint.Submissions == 1);
        var exitCode = await agent.StopAsync();

        Assert.Equal((SubmissionVerdict.Accepted, 0), ((await submitting).Verdict, exitCode));
    }

    [Fact(Timeout = Limit)]
    public async Task Submit_AgentWithAFileDrop_WritesTheFile()
    {
        await using var installation = await RelayInstallation.StartAsync();
        var inbox = Directory.CreateDirectory(installation.PathOf("ccr.box"));
        await installation.AddAgentAsync(change: config => config["Agent"]!["FileDropFolder"] = inbox.FullName, shipped: true);

        var answer = await installation.SubmitAsync(RelayInstallation.CommandFor("PC01", "ccr-1"));

        Assert.Equal(SubmissionVerdict.Accepted, answer.Verdict);
        Assert.Single(inbox.GetFiles("*.ccr"));
    }

    [Fact(Timeout = Limit)]
    public async Task Status_OfAnAgentThatListens_ShowsTheConnection()
    {
        await using var installation = await RelayInstallation.StartAsync();
        var agent = await installation.AddAgentAsync(change: config => config["Agent"]!["StatusPort"] = 0);
        await installation.UntilAsync(() => agent.Log.Contains("Status page: ", StringComparison.Ordinal));
        var page = agent.Log.Split("Status page: ")[1].Split('\n')[0].Trim();

        using var client = new HttpClient();
        var status = await ReadAsync();

        // The relay has the listener a moment before the agent knows it.
        while (!status.TryGetProperty("connectedSince", out _)) status = await ReadAsync();
        using var health = await client.GetAsync(page.Replace("/status", "/health", StringComparison.Ordinal), TestContext.Current.CancellationToken);

        Assert.Equal(installation.Relay.EndpointOf("hq").ToString(), status.GetProperty("relay").GetString());
        Assert.Equal("the key any", status.GetProperty("relayIdentity").GetString());
        Assert.True(status.TryGetProperty("connectedSince", out _));
        Assert.False(status.TryGetProperty("queueLagSeconds", out _));
        Assert.True(health.IsSuccessStatusCode);

        Task<JsonElement> ReadAsync() => client.GetFromJsonAsync<JsonElement>(page, TestContext.Current.CancellationToken);
    }

    /// <summary>A question as the processor would ask it now.</summary>
    private static async Task<RelayedSubmission> QuestionAsync(RelayInstallation installation, string machine)
    {
        var who = await installation.ExchangeAsync(RelayedSubmission.Of(RelayedKind.Who, "hq", RelayInstallation.Now));
        return RelayedSubmission.Of(RelayedKind.Submit, "hq", RelayInstallation.Now, RelayInstallation.CommandFor(machine, $"ccr-{machine}")) with
        {
            For = who.Instance,
        };
    }
}
