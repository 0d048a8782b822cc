using Ccr.Agent.Commands;
using Ccr.Agent.Looks;
using Ccr.Agent.Status;
using Ccr.Agent.Tests.Support;
using Ccr.Core.Agents;
using Ccr.Core.Decisions;
using Ccr.Core.Results;
using Ccr.Core.Sites;
using Ccr.Core.Sites.Looks;
using Ccr.Core.Views;
using Ccr.Hosting.ServiceBus;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.Agent.Tests;

/// <summary>From a look on the queue to its report on the topic, whatever goes wrong.</summary>
public sealed class QueuedLooksTests : IDisposable
{
    private const int Limit = 60_000;
    private static readonly SigningKey Key = SigningKey.Read(Convert.ToBase64String(new byte[32]))!;
    private static readonly Site Hq = new("hq", [new ManagementPoint(new Uri("http://mp01"))]) { SigningKeys = [Key] };
    private static readonly LookedFor Pc01 = new("PC01", "CORP");

    private readonly FakeTimeProvider _time = new(FakeMessage.Now);
    private readonly FakeLook _look = new();
    private readonly FakeTopic _topic = new();
    private readonly AgentStop _stop;
    private readonly OwnLook _own;
    private readonly QueuedLooks _looks;

    public QueuedLooksTests()
    {
        var options = new AgentOptions { Name = "agent-1" };
        _stop = new AgentStop(_time);
        _own = new OwnLook(_look, new LookDesk(_look, _time), Hq, _time, _stop, NullLogger<OwnLook>.Instance);
        _looks = new QueuedLooks(
            _own, Hq, _topic, new Clock(_time), new Retrying(options, _time), options, new AgentStatus(_time), _time, _stop, NullLogger<QueuedLooks>.Instance);
    }

    public void Dispose()
    {
        _own.Dispose();
        _stop.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task Answer_SiteCanBeLookedAt_PublishesASignedReportAndThenTakesTheMessageOffTheQueue()
    {
        var look = Look();
        var message = Message(look);
        _topic.Meanwhile = () => Assert.False(message.End.IsCompleted);

        await _looks.AnswerAsync(message);

        Assert.Equal("completed", await message.End);
        var sent = Assert.Single(_topic.Messages);
        Assert.True(AgentResult.IsValid(sent.Body, sent.Properties, [Key], allowUnsigned: false));
        var report = LookReport.Read(sent.Body.Span)!;
        Assert.Equal((look.Nonce, "hq", "agent-1", null), (report.Nonce, report.Site, report.Agent, report.Fault));
        Assert.Equal(FakeLook.View, report.Views![Pc01.Key]);
    }

    [Fact(Timeout = Limit)]
    public async Task Answer_SiteCannotBeLookedAt_ReportsWhy()
    {
        _look.Answer = (_, _) => Task.FromResult(LookAnswer.Failed(LookReasons.FoldersNotRead, "the share is away"));
        var message = Message(Look());

        await _looks.AnswerAsync(message);

        Assert.Equal("completed", await message.End);
        var report = LookReport.Read(Assert.Single(_topic.Messages).Body.Span)!;
        Assert.Null(report.Views);
        Assert.Equal($"CCR3601: {LookReasons.FoldersNotRead.Meaning}: the share is away", report.Fault);
    }

    [Fact(Timeout = Limit)]
    public async Task Answer_SiteHangs_ReportsThatInTimeAndKeepsTheMessageMeanwhile()
    {
        _look.Answer = HangAsync;
        var message = Message(Look());
        var work = _looks.AnswerAsync(message);

        await AdvanceUntilAsync(work);

        Assert.Equal("completed", await message.End);
        Assert.StartsWith("CCR3604", LookReport.Read(Assert.Single(_topic.Messages).Body.Span)!.Fault, StringComparison.Ordinal);
        Assert.True(message.Renewals > 0);
        Assert.True(_time.GetUtcNow() - FakeMessage.Now >= TimeSpan.FromSeconds(40));
    }

    [Fact(Timeout = Limit)]
    public async Task Answer_ForgedLook_IsRefusedAndNothingIsLookedAt()
    {
        var message = Message(Look() with { Signature = null });

        await _looks.AnswerAsync(message);

        Assert.Equal("CCR4602", await message.End);
        Assert.Equal(0, _look.Asked);
        Assert.Empty(_topic.Messages);
    }

    [Fact(Timeout = Limit)]
    public async Task Answer_TopicIsAwayForAMoment_PublishesLater()
    {
        _topic.Faults = 3;
        var message = Message(Look());

        await AdvanceUntilAsync(_looks.AnswerAsync(message));

        Assert.Equal("completed", await message.End);
        Assert.Single(_topic.Messages);
        Assert.Equal(1, _look.Asked);
    }

    [Fact(Timeout = Limit)]
    public async Task Answer_TopicIsAwayUntilTheLookExpires_IsGivenUpAsExpired()
    {
        _topic.Faults = int.MaxValue;
        var message = Message(Look());

        await AdvanceUntilAsync(_looks.AnswerAsync(message));

        Assert.Equal("CCR4605", await message.End);
        Assert.True(_time.GetUtcNow() - FakeMessage.Now >= AgentLook.GoodFor);
    }

    [Fact(Timeout = Limit)]
    public async Task Answer_AgentStops_GivesTheMessageBack()
    {
        _look.Answer = HangAsync;
        var message = Message(Look());
        var work = _looks.AnswerAsync(message);

        await _stop.BeginAsync();
        await work;

        Assert.Equal("given back", await message.End);
        Assert.Empty(_topic.Messages);
    }

    [Fact(Timeout = Limit)]
    public async Task Answer_MoreLooksThanAreKept_RefusesTheRestAndLooksAtFewAtOnce()
    {
        _look.Answer = HangAsync;
        var kept = Enumerable.Range(0, 50).Select(_ => Message(Look())).ToList();
        var work = kept.ConvertAll(message => _looks.AnswerAsync(message));
        var rest = Message(Look());

        await _looks.AnswerAsync(rest);

        Assert.Equal("CCR4614", await rest.End);
        Assert.Equal(2, _look.Asked);
        Assert.DoesNotContain(kept, message => message.End.IsCompleted);
        await _stop.BeginAsync();
        await Task.WhenAll(work);
    }

    [Fact(Timeout = Limit)]
    public async Task Answer_SameLookAgain_IsLookedAtAgain()
    {
        var look = Look();

        await _looks.AnswerAsync(Message(look));
        await _looks.AnswerAsync(Message(look));

        Assert.Equal(2, _look.Asked);
        Assert.Equal(2, _topic.Messages.Count);
    }

    private static AgentLook Look() => AgentLook.Of("hq", [Pc01], FakeMessage.Now).Sign([Key]);

    private static FakeMessage Message(AgentLook look) => new(look.Write(), look.Nonce);

    private static async Task<LookAnswer> HangAsync(IReadOnlyList<LookedFor> machines, CancellationToken cancel)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel);
        throw new InvalidOperationException("It never ends by itself.");
    }

    /// <summary>Lets the time pass until work has ended.</summary>
    private async Task AdvanceUntilAsync(Task work)
    {
        while (!work.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(4));
            await Task.WhenAny(work, Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, TestContext.Current.CancellationToken));
        }

        await work;
    }

    private sealed class FakeLook : ISiteLook
    {
        public static readonly SiteView View = new() { Ccr = new CcrTrace { Place = CcrPlace.Retry, Error = 53 } };

        private int _asked;

        public int Asked => _asked;

        public Func<IReadOnlyList<LookedFor>, CancellationToken, Task<LookAnswer>>? Answer { get; set; }

        public Task<LookAnswer> LookAsync(Site site, IReadOnlyList<LookedFor> machines, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _asked);
            return Answer?.Invoke(machines, cancellationToken)
                ?? Task.FromResult(LookAnswer.Of(machines.ToDictionary(machine => machine.Key, _ => View)));
        }
    }

    private sealed class FakeTopic : IResultPublisher
    {
        private static readonly ReasonCode Away = new("CCR4998", "A test's fault", "None.");

        public List<ResultMessage> Messages { get; } = [];

        public int Faults { get; set; }

        public Action Meanwhile { get; set; } = () => { };

        public Task PublishAsync(ResultMessage message, CancellationToken cancellationToken)
        {
            Meanwhile();
            if (Faults-- > 0) return Task.FromException(new MessagingException(Away, "topic", "", isTransient: true));
            Messages.Add(message);
            return Task.CompletedTask;
        }
    }
}
