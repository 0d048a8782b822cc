using Ccr.Core.Machines;
using Ccr.Core.Results;
using Ccr.Core.Sites;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.Core.Tests.ManagementPoints;

/// <summary>Failover, circuit and rate: which management point gets a request, and when.</summary>
public class SiteSubmitterTests
{
    private const int Limit = 300_000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private static readonly Site TwoPoints = new("hq", [new ManagementPoint(new Uri("http://mp01")), new ManagementPoint(new Uri("http://mp02"))]);

    private readonly FakeTimeProvider _time = new();
    private readonly CcrOptions _options = new() { Submissions = { ImmediateRetries = 0 } };
    private readonly Points _points;

    public SiteSubmitterTests() => _points = new Points(_time);

    private SiteSubmitter Submitter => field ??= new SiteSubmitter(_points, _options.ToSubmitter(), _time, new Random(1));

    [Theory(Timeout = Limit)]
    [InlineData(SubmissionVerdict.NotSent, "mp01,mp02")]
    [InlineData(SubmissionVerdict.Unknown, "mp01")]
    [InlineData(SubmissionVerdict.Refused, "mp01")]
    [InlineData(SubmissionVerdict.Accepted, "mp01")]
    public async Task Submit_FirstAnswersSo_TheSecondIsAskedOnlyAboutWhatWasNotSent(SubmissionVerdict first, string asked)
    {
        _points.Answers["mp01"] = first;

        await SubmitAsync();

        Assert.Equal(asked, string.Join(',', _points.Sent.Select(s => s.Host)));
    }

    [Fact(Timeout = Limit)]
    public async Task Submit_FirstIsDownForLong_IsLeftAloneAndTriedAgainByOneRequest()
    {
        _points.Answers["mp01"] = SubmissionVerdict.NotSent;
        for (var i = 0; i < 20; i++) await SubmitAsync();
        var whileDown = _points.Sent.Count(s => s.Host == "mp01");
        _time.Advance(_options.Circuit.LeaveAloneFor + TimeSpan.FromSeconds(1));
        for (var i = 0; i < 20; i++) await SubmitAsync();
        var probes = _points.Sent.Count(s => s.Host == "mp01") - whileDown;
        _points.Answers["mp01"] = SubmissionVerdict.Accepted;
        _time.Advance(_options.Circuit.LeaveAloneFor + TimeSpan.FromSeconds(1));
        _points.Sent.Clear();
        for (var i = 0; i < 20; i++) await SubmitAsync();

        Assert.Equal((5, 1), (whileDown, probes));
        Assert.Equal(20, _points.Sent.Count(s => s.Host == "mp01"));
    }

    [Fact(Timeout = Limit)]
    public async Task FindLeftAlone_WhileACircuitIsOpen_NamesThePointAndWhenItIsTriedAgain()
    {
        _points.Answers["mp01"] = SubmissionVerdict.NotSent;
        Assert.Empty(Submitter.FindLeftAlone());
        for (var i = 0; i < 20; i++) await SubmitAsync();
        var opened = _time.GetUtcNow();
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal([("mp01", opened + _options.Circuit.LeaveAloneFor)], Submitter.FindLeftAlone());

        _time.Advance(_options.Circuit.LeaveAloneFor);
        _points.Answers["mp01"] = SubmissionVerdict.Accepted;
        await SubmitAsync();
        Assert.Empty(Submitter.FindLeftAlone());
    }

    [Fact(Timeout = Limit)]
    public async Task Submit_EveryCircuitIsOpen_IsCertainlyNotSent()
    {
        _points.Answers["mp01"] = _points.Answers["mp02"] = SubmissionVerdict.NotSent;
        for (var i = 0; i < 5; i++) await SubmitAsync();
        _points.Sent.Clear();

        var answer = await SubmitAsync();

        Assert.Equal((SubmissionVerdict.NotSent, "CCR2018"), (answer.Answer.Verdict, answer.Answer.Reason.Code));
        Assert.Empty(_points.Sent);
    }

    [Fact(Timeout = Limit)]
    public async Task Submit_PointAnswersNothingUseful_DoesNotGetEveryMachine()
    {
        _points.Answers["mp01"] = SubmissionVerdict.Unknown;

        for (var i = 0; i < 20; i++) await SubmitAsync();

        Assert.Equal(5, _points.Sent.Count(s => s.Host == "mp01"));
    }

    [Fact(Timeout = Limit)]
    public async Task Submit_ManyAtOnce_NoMoreThanTheLimitAreUnderWay()
    {
        _options.Rate.MaxConcurrent = 3;
        var release = new TaskCompletionSource();
        _points.Hold = release.Task;

        var all = Enumerable.Range(0, 20).Select(_ => SubmitAsync()).ToList();
        var underWay = _points.Sent.Count;
        release.SetResult();
        await Task.WhenAll(all);

        Assert.Equal((3, 3, 20), (underWay, _points.MostAtOnce, _points.Sent.Count));
    }

    [Fact(Timeout = Limit)]
    public async Task Submit_MoreThanAMinuteMaySee_HoldsTheRateInEveryMinute()
    {
        _options.Rate.MaxPerMinute = 5;

        var all = Task.WhenAll(Enumerable.Range(0, 17).Select(_ => SubmitAsync()));
        while (!all.IsCompleted)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            _time.Advance(TimeSpan.FromSeconds(7));
            await Task.Yield();
        }

        var sent = _points.Sent.Select(s => s.At).ToList();
        Assert.Equal(17, sent.Count);
        Assert.All(sent, start => Assert.InRange(sent.Count(at => at >= start && at < start.AddMinutes(1)), 1, 5));
    }

    /// <summary>What is held up on its way may arrive when the next minute's requests do: the fault campaign counted 50 where 40 were allowed.</summary>
    [Fact(Timeout = Limit)]
    public async Task Submit_WhileARequestOfTheMinuteBeforeIsUnderWay_CountsItStill()
    {
        _options.Rate.MaxPerMinute = 2;
        var arrival = new TaskCompletionSource();
        _points.Hold = arrival.Task;
        var slow = SubmitAsync();
        _points.Hold = Task.CompletedTask;
        await SubmitAsync();
        var next = Task.WhenAll(SubmitAsync(), SubmitAsync());

        _time.Advance(TimeSpan.FromSeconds(61));
        while (_points.Sent.Count < 3) await Yielding();
        var third = _time.GetUtcNow();
        arrival.SetResult();
        await slow;
        while (!next.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(7));
            await Yielding();
        }

        Assert.Equal(4, _points.Sent.Count);
        Assert.InRange(_points.Sent[3].At - third, TimeSpan.FromMinutes(1), TimeSpan.MaxValue);

        static async Task Yielding()
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Enter_StoppedWhileItWaits_ThrowsAndSendsNothing()
    {
        using var held = await EnterAsync(maxConcurrent: 1);
        using var stop = new CancellationTokenSource();

        var waiting = Submitter.EnterAsync(TwoPoints, Patience, stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Empty(_points.Sent);
    }

    [Fact(Timeout = Limit)]
    public async Task Enter_NoPlaceInTime_IsCertainlyNotSent()
    {
        using var held = await EnterAsync(maxConcurrent: 1);

        var waiting = Submitter.EnterAsync(TwoPoints, Patience, TestContext.Current.CancellationToken);
        _time.Advance(Patience);
        using var pass = await waiting;
        var answer = await Submitter.SubmitAsync(pass, Pc01, TestContext.Current.CancellationToken);

        Assert.Equal((SubmissionVerdict.NotSent, "CCR2006"), (answer.Answer.Verdict, answer.Answer.Reason.Code));
        Assert.Empty(_points.Sent);
    }

    [Fact(Timeout = Limit)]
    public async Task Enter_PlaceIsGivenBackUnused_GoesToTheNextAndCountsForNoMinute()
    {
        _options.Rate.MaxPerMinute = 1;
        var first = await EnterAsync(maxConcurrent: 1);
        var waiting = Submitter.EnterAsync(TwoPoints, Patience, TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);

        first.Dispose();
        first.Dispose();
        using var second = await waiting;

        Assert.True(second.HasWaited);
        Assert.Equal(SubmissionVerdict.Accepted, (await Submitter.SubmitAsync(second, Pc01, TestContext.Current.CancellationToken)).Answer.Verdict);
    }

    [Fact(Timeout = Limit)]
    public async Task Enter_FirstIsLeftAlone_TakesAPlaceAtTheSecond()
    {
        _points.Answers["mp01"] = SubmissionVerdict.NotSent;
        for (var i = 0; i < 5; i++) await SubmitAsync();
        _points.Sent.Clear();

        using var pass = await Submitter.EnterAsync(TwoPoints, Patience, TestContext.Current.CancellationToken);
        await Submitter.SubmitAsync(pass, Pc01, TestContext.Current.CancellationToken);

        Assert.False(pass.HasWaited);
        Assert.Equal("mp02", string.Join(',', _points.Sent.Select(s => s.Host)));
    }

    [Fact(Timeout = Limit)]
    public async Task Enter_FirstFailsForThoseInFront_TakesAPlaceAtTheSecond()
    {
        _options.Circuit.MinRequests = 2;
        _points.Answers["mp01"] = SubmissionVerdict.Unknown;
        var first = await EnterAsync(maxConcurrent: 1);
        await Submitter.SubmitAsync(first, Pc01, TestContext.Current.CancellationToken);
        var second = await EnterAsync(maxConcurrent: 1);
        var waiting = SubmitAsync();

        await Submitter.SubmitAsync(second, Pc01, TestContext.Current.CancellationToken);
        await waiting;

        Assert.Equal("mp01,mp01,mp02", string.Join(',', _points.Sent.Select(s => s.Host)));
    }

    [Fact(Timeout = Limit)]
    public async Task Submit_SecondIsBusyUntilTheLeaseEnds_IsCertainlyNotSent()
    {
        _options.Rate.MaxConcurrent = 1;
        var onlySecond = TwoPoints with { ManagementPoints = [TwoPoints.ManagementPoints[1]] };
        using var busy = await Submitter.EnterAsync(onlySecond, Patience, TestContext.Current.CancellationToken);
        _points.Answers["mp01"] = SubmissionVerdict.NotSent;
        using var lease = new CancellationTokenSource(Patience, _time);
        using var pass = await Submitter.EnterAsync(TwoPoints, Patience, TestContext.Current.CancellationToken);

        var submitting = Submitter.SubmitAsync(pass, Pc01, lease.Token);
        Assert.False(submitting.IsCompleted);
        _time.Advance(Patience);

        Assert.Equal(SubmissionVerdict.NotSent, (await submitting).Answer.Verdict);
        Assert.Equal("mp01", string.Join(',', _points.Sent.Select(s => s.Host)));
    }

    private static Submission Pc01 => new(MachineName.Parse("PC01"), DomainName.Parse("CORP"), Force: true);

    private Task<SitePass> EnterAsync(int maxConcurrent)
    {
        _options.Rate.MaxConcurrent = maxConcurrent;
        return Submitter.EnterAsync(TwoPoints, Patience, TestContext.Current.CancellationToken);
    }

    private async Task<SiteAnswer> SubmitAsync()
    {
        using var pass = await Submitter.EnterAsync(TwoPoints, TimeSpan.FromDays(1), TestContext.Current.CancellationToken);
        return await Submitter.SubmitAsync(pass, Pc01, TestContext.Current.CancellationToken);
    }

    /// <summary>Management points that answer as they are told.</summary>
    private sealed class Points(TimeProvider time) : ISubmitter
    {
        private static readonly ReasonCode Reason = new("CCR3999", "A test's answer", "None.");
        private int _underWay;

        public Dictionary<string, SubmissionVerdict> Answers { get; } = new() { ["mp01"] = SubmissionVerdict.Accepted, ["mp02"] = SubmissionVerdict.Accepted };

        public List<(string Host, DateTimeOffset At)> Sent { get; } = [];

        public Task Hold { get; set; } = Task.CompletedTask;

        public int MostAtOnce { get; private set; }

        public async Task<SubmissionAnswer> SubmitAsync(ManagementPoint managementPoint, Submission submission, CancellationToken cancellationToken)
        {
            lock (Sent)
            {
                Sent.Add((managementPoint.Address.Host, time.GetUtcNow()));
                MostAtOnce = Math.Max(MostAtOnce, ++_underWay);
            }

            await Hold;
            lock (Sent) _underWay--;
            return new SubmissionAnswer(Answers[managementPoint.Address.Host], Reason, "", null, TimeSpan.Zero);
        }
    }
}
