using System.Net;
using Ccr.Core.Agents;
using Ccr.Core.Decisions;
using Ccr.Core.Results;
using Ccr.Core.Sites;
using Ccr.Core.Sites.Looks;
using Ccr.Core.Views;
using Ccr.Hosting.Relay;
using Ccr.Hosting.Sites;

namespace Ccr.Hosting.Tests.Sites;

/// <summary>What the processor makes of everything that can become of an exchange with a site's agents.</summary>
public sealed class RelayedSiteTests : IDisposable
{
    private const int Limit = 60_000;
    private static readonly SigningKey Key = SigningKey.Read(Convert.ToBase64String(new byte[32]))!;
    private static readonly SigningKey OtherKey = SigningKey.Read(Convert.ToBase64String([.. Enumerable.Repeat((byte)1, 32)]))!;

    private static readonly Site Hq =
        new("hq", [new ManagementPoint(new Uri("https://contoso.servicebus.windows.net/hq"))]) { Transport = SiteTransport.Relay, SigningKeys = [Key] };

    private static readonly AgentCommand Command = new()
    {
        RequestId = "ccr-1",
        Source = "/cmdb",
        EventId = "1",
        Part = 1,
        Parts = 1,
        Machine = "PC01",
        Domain = "CORP",
        Site = "hq",
    };

    private readonly FakeRelay _relay = new();
    private readonly RelayedSite _site;

    public RelayedSiteTests() => _site = SiteWith(RelayedMethod.Post);

    public void Dispose() => _site.Dispose();

    [Fact(Timeout = Limit)]
    public async Task Submit_AgentAccepts_IsAcceptedInOneExchangeOnceItsNameIsKnown()
    {
        await SubmitAsync();
        var first = _relay.Kinds.ToList();
        var answer = await SubmitAsync();

        Assert.Equal([RelayedKind.Who, RelayedKind.Submit], first);
        Assert.Equal([RelayedKind.Who, RelayedKind.Submit, RelayedKind.Submit], _relay.Kinds);
        Assert.Equal((SubmissionVerdict.Accepted, "agent-1", "mp01:80"), (answer.Verdict, answer.Agents!.Agent, answer.Agents.ManagementPoint));
        Assert.All(_relay.Requests, request => Assert.Equal("POST https://contoso.servicebus.windows.net/hq/ccr", request));
    }

    [Fact(Timeout = Limit)]
    public async Task Submit_SmsPostIsConfigured_UsesThatMethod()
    {
        using var site = SiteWith(RelayedMethod.SmsPost);

        await site.SubmitAsync(Command, Stop);

        Assert.All(_relay.Requests, request => Assert.StartsWith("SMS_POST ", request, StringComparison.Ordinal));
    }

    [Theory(Timeout = Limit)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(502)]
    [InlineData(503)]
    public async Task Submit_RelaySaysThatItIsNotDelivered_IsCertainlyNotSent(int status)
    {
        await SubmitAsync();
        _relay.Answer = _ => new HttpResponseMessage((HttpStatusCode)status);

        var answer = await SubmitAsync();

        Assert.Equal(SubmissionVerdict.NotSent, answer.Verdict);
        Assert.StartsWith("CCR40", answer.Reason.Code, StringComparison.Ordinal);
        Assert.DoesNotContain(RelayedKind.Ask, _relay.Kinds);
    }

    /// <summary>Before it is asked for anything, an answer of no use costs nothing: a key that differs is found out here.</summary>
    [Fact(Timeout = Limit)]
    public async Task Submit_NobodySignsWhoHeIs_IsCertainlyNotSent()
    {
        _relay.Keys = [OtherKey];

        var answer = await SubmitAsync();

        Assert.Equal((SubmissionVerdict.NotSent, "CCR3501"), (answer.Verdict, answer.Reason.Code));
        Assert.Equal([RelayedKind.Who], _relay.Kinds);
    }

    [Fact(Timeout = Limit)]
    public async Task Submit_AnswerIsNotSigned_IsUnknown()
    {
        await SubmitAsync();
        _relay.Keys = [OtherKey];

        var answer = await SubmitAsync();

        Assert.Equal((SubmissionVerdict.Unknown, "CCR3501"), (answer.Verdict, answer.Reason.Code));
    }

    /// <summary>A genuine "accepted", kept by whoever listens, and given for another question.</summary>
    [Fact(Timeout = Limit)]
    public async Task Submit_AnswerIsAnEarlierOne_IsUnknown()
    {
        byte[]? kept = null;
        _relay.Answer = question => Answered(kept ??= question.Kind == RelayedKind.Submit ? _relay.Sign(question, Result(Outcome.Accepted)) : null,
            _relay.Sign(question, null));
        await SubmitAsync();

        var answer = await SubmitAsync();

        Assert.Equal((SubmissionVerdict.Unknown, "CCR3502"), (answer.Verdict, answer.Reason.Code));
    }

    /// <summary>Promise 3: the answer is lost, and the agent's journal has the verdict. It is asked about, and not submitted again.</summary>
    [Theory(Timeout = Limit)]
    [InlineData(Outcome.Accepted, SubmissionVerdict.Accepted)]
    [InlineData(Outcome.Failed, SubmissionVerdict.Refused)]
    [InlineData(Outcome.Indeterminate, SubmissionVerdict.Unknown)]
    [InlineData(Outcome.Deferred, SubmissionVerdict.NotSent)]
    public async Task Submit_AnswerIsLost_IsWhatTheAgentSaysWhenItIsAsked(Outcome said, SubmissionVerdict verdict)
    {
        _relay.Answer = question => question.Kind switch
        {
            RelayedKind.Submit => new HttpResponseMessage(HttpStatusCode.GatewayTimeout),
            RelayedKind.Ask => _relay.Signed(question, Result(said)),
            _ => _relay.Signed(question, null),
        };

        var answer = await SubmitAsync();

        Assert.Equal(verdict, answer.Verdict);
        Assert.Equal([RelayedKind.Who, RelayedKind.Submit, RelayedKind.Ask], _relay.Kinds);
        Assert.Equal((_relay.Questions[1].Nonce, _relay.Questions[1].For), (_relay.Questions[2].About, _relay.Questions[2].For));
    }

    [Fact(Timeout = Limit)]
    public async Task Submit_AnswerIsLostAndNoAgentKnows_IsUnknown()
    {
        _relay.Answer = question =>
            question.Kind == RelayedKind.Submit ? throw new HttpRequestException("the connection broke") : _relay.Signed(question, null);

        var answer = await SubmitAsync();

        Assert.Equal((SubmissionVerdict.Unknown, "CCR4031"), (answer.Verdict, answer.Reason.Code));
        Assert.Equal(3, _relay.Kinds.Count(kind => kind == RelayedKind.Ask));
        Assert.Single(_relay.Kinds, RelayedKind.Submit);
    }

    [Fact(Timeout = Limit)]
    public async Task Submit_AgentIsStillAtIt_AsksUntilItKnows()
    {
        _relay.Answer = question => _relay.Signed(question, question.Kind switch
        {
            RelayedKind.Who => null,
            RelayedKind.Submit => Result(Outcome.Dispatched),
            _ => Result(_relay.Kinds.Count(kind => kind == RelayedKind.Ask) == 1 ? Outcome.Dispatched : Outcome.Accepted),
        });

        Assert.Equal(SubmissionVerdict.Accepted, (await SubmitAsync()).Verdict);
        Assert.Single(_relay.Kinds, RelayedKind.Submit);
    }

    [Fact(Timeout = Limit)]
    public async Task Submit_RelayPicksAnotherAgent_SendsTheSameQuestionUntilTheRightOneAnswers()
    {
        await SubmitAsync();
        _relay.Answer = question =>
        {
            _relay.Instance = _relay.Questions.Count < 5 ? "j2.p2" : "j1.p1";
            return _relay.Signed(question, _relay.Instance == "j1.p1" ? Result(Outcome.Accepted) : null);
        };

        var answer = await SubmitAsync();

        Assert.Equal(SubmissionVerdict.Accepted, answer.Verdict);
        Assert.Single(_relay.Questions.Skip(2).Select(question => (question.For, question.Nonce)).Distinct());
    }

    [Fact(Timeout = Limit)]
    public async Task Submit_AgentWasStartedAgain_AddressesTheNewProcess()
    {
        await SubmitAsync();
        _relay.Instance = "j1.p2";

        var answer = await SubmitAsync();

        Assert.Equal(SubmissionVerdict.Accepted, answer.Verdict);
        Assert.Equal(["j1.p1", "j1.p2"], _relay.Questions.TakeLast(2).Select(question => question.For));
    }

    [Fact(Timeout = Limit)]
    public async Task Submit_OnlyOtherAgentsAnswer_IsUnknownAndNeverAddressedToThem()
    {
        var count = 0;
        _relay.Answer = question =>
        {
            _relay.Instance = $"j{++count}.p";
            return _relay.Signed(question, null);
        };

        var answer = await SubmitAsync();

        Assert.Equal((SubmissionVerdict.Unknown, "CCR3504"), (answer.Verdict, answer.Reason.Code));
        Assert.Single(_relay.Questions.Where(question => question.Kind == RelayedKind.Submit).Select(question => question.For).Distinct());
    }

    [Fact(Timeout = Limit)]
    public async Task Submit_AgentRefuses_IsCertainlyNotSentAndSaysWhy()
    {
        _relay.Refusal = "CCR4605: The command has expired";

        var answer = await SubmitAsync();

        Assert.Equal(
            (SubmissionVerdict.NotSent, "CCR3505", "agent-1: CCR4605: The command has expired"), (answer.Verdict, answer.Reason.Code, answer.Detail));
    }

    [Fact(Timeout = Limit)]
    public async Task Check_OfASoundSite_NamesItsAgents()
    {
        _relay.Answer = question =>
        {
            _relay.Agent = _relay.Kinds.Count % 2 == 0 ? "agent-1" : "agent-2";
            return _relay.Signed(question, null);
        };

        var check = await RelayedSiteCheck.RunAsync(_site, TimeProvider.System, Stop);

        Assert.Equal((null, "agent-1, agent-2"), (check.Fault, string.Join(", ", check.Agents)));
        Assert.All(_relay.Kinds, kind => Assert.Equal(RelayedKind.Who, kind));
    }

    [Fact(Timeout = Limit)]
    public async Task Check_NobodyListens_SaysSoWithTheRemedy()
    {
        _relay.Answer = _ => new HttpResponseMessage(HttpStatusCode.BadGateway);

        var check = await RelayedSiteCheck.RunAsync(_site, TimeProvider.System, Stop);

        Assert.StartsWith("CCR4023: Nobody listens on the hybrid connection", check.Fault, StringComparison.Ordinal);
        Assert.EndsWith("Start the site's agent, and look at its health for why it is not connected.", check.Fault, StringComparison.Ordinal);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static HttpResponseMessage Answered(params byte[]?[] bodies)
    {
        var answer = new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(bodies.First(body => body is not null)!) };
        answer.Headers.Via.ParseAdd("1.1 contoso.servicebus.windows.net");
        return answer;
    }

    private static ReinstallResult Result(Outcome outcome) =>
        Command.Conclude(new Verdict(outcome, DecisionReasons.Interrupted, "a test's"), DateTimeOffset.UnixEpoch) with
        {
            Agent = "agent-1",
            ManagementPoint = "mp01:80",
        };

    [Fact(Timeout = Limit)]
    public async Task Look_AgentAnswers_IsWhatItSees()
    {
        var view = new SiteView { Ccr = new CcrTrace { Place = CcrPlace.Retry, Error = 53 } };
        _relay.Answer = question => Seen(question, new Dictionary<string, SiteView> { ["CORP\\PC01"] = view }, null);

        var answer = await LookAsync();

        Assert.Equal((view, null, null), (answer.Of(Pc01), answer.Fault, answer.Asked));
        var question = Assert.Single(_relay.Questions);
        Assert.Equal((RelayedKind.Look, null, null), (question.Kind, question.For, question.Command));
        Assert.Equal([Pc01], question.Machines);
    }

    [Theory(Timeout = Limit)]
    [InlineData("CCR3601: the share is away", "agent-1: CCR3601: the share is away")]
    [InlineData(null, "agent-1: it says nothing about these machines")]
    public async Task Look_AgentSeesNothing_SaysWhy(string? refusal, string detail)
    {
        _relay.Answer = question => Seen(question, null, refusal);

        var answer = await LookAsync();

        Assert.Equal((null, "CCR3603", detail), (answer.Views, answer.Fault!.Code, answer.Detail));
    }

    /// <summary>Whoever listens could say that a client is back.</summary>
    [Theory(Timeout = Limit)]
    [InlineData(false, "CCR3501")]
    [InlineData(true, "CCR3502")]
    public async Task Look_AnswerIsForgedOrAnEarlierOne_IsNotBelieved(bool isEarlier, string code)
    {
        var views = new Dictionary<string, SiteView> { ["CORP\\PC01"] = new() };
        if (!isEarlier) _relay.Keys = [OtherKey];
        _relay.Answer = question => Seen(isEarlier ? question with { Nonce = "0123" } : question, views, null);

        var answer = await LookAsync();

        Assert.Equal((null, code), (answer.Views, answer.Fault!.Code));
    }

    [Fact(Timeout = Limit)]
    public async Task Look_NobodyListens_SaysSoAfterOneExchange()
    {
        _relay.Answer = _ => new HttpResponseMessage(HttpStatusCode.NotFound);

        var answer = await LookAsync();

        Assert.Null(answer.Views);
        Assert.StartsWith("CCR40", answer.Fault!.Code, StringComparison.Ordinal);
        Assert.Single(_relay.Questions);
    }

    private static LookedFor Pc01 => new("PC01", "CORP");

    private Task<LookAnswer> LookAsync() => _site.LookAsync([Pc01], Stop);

    private HttpResponseMessage Seen(RelayedSubmission question, IReadOnlyDictionary<string, SiteView>? views, string? refusal) => Answered(
        new RelayedVerdict { Nonce = question.Nonce, Agent = "agent-1", Instance = "j1.p1", Views = views, Refusal = refusal }.Sign(_relay.Keys).Write());

    private RelayedSite SiteWith(RelayedMethod method) => new(
        Hq, new RelayOptions { Endpoint = Hq.ManagementPoints[0].Address, KeyName = "send", Key = "c2VjcmV0" }, method, TimeProvider.System, _relay,
        [TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero]);

    private Task<SubmissionAnswer> SubmitAsync() => _site.SubmitAsync(Command, Stop);

    /// <summary>The relay with one agent behind it, which accepts whatever is addressed to it.</summary>
    private sealed class FakeRelay : HttpMessageHandler
    {
        public List<RelayedSubmission> Questions { get; } = [];

        public List<string> Requests { get; } = [];

        public List<RelayedKind> Kinds => [.. Questions.Select(question => question.Kind)];

        public IReadOnlyList<SigningKey> Keys { get; set; } = [Key];

        public string Agent { get; set; } = "agent-1";

        public string Instance { get; set; } = "j1.p1";

        public string? Refusal { get; set; }

        public Func<RelayedSubmission, HttpResponseMessage>? Answer { get; set; }

        public byte[] Sign(RelayedSubmission question, ReinstallResult? result) => new RelayedVerdict
        {
            Nonce = question.Nonce,
            Agent = Agent,
            Instance = Instance,
            Refusal = question.Kind == RelayedKind.Submit ? Refusal : null,
            Result = result,
        }.Sign(Keys).Write();

        public HttpResponseMessage Signed(RelayedSubmission question, ReinstallResult? result) => Answered(Sign(question, result));

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var question = RelayedSubmission.Read(await request.Content!.ReadAsByteArrayAsync(cancellationToken))!;
            Assert.True(question.IsSigned([Key]));
            Questions.Add(question);
            Requests.Add($"{request.Method} {request.RequestUri}");
            if (Answer is not null) return Answer(question);
            return Signed(question, question.Kind == RelayedKind.Submit && Refusal is null && question.For == Instance ? Result(Outcome.Accepted) : null);
        }
    }
}
