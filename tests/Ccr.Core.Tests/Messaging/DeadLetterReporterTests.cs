using Ccr.Core.Ledger;
using Ccr.Core.Messaging;
using Ccr.Core.Results;
using Ccr.Core.Sites;
using Ccr.Core.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.Core.Tests.Messaging;

public class DeadLetterReporterTests
{
    private const int Limit = 300_000;

    /// <summary>The id of the dead letter's request in versions that left out the domain.</summary>
    private const string FormerId = "ccr-de43c0deadb5d9710982af03e05a2576";

    private readonly FakeTimeProvider _time = new(Some.Time);
    private readonly InMemoryLedgerStore _ledger = new();
    private readonly Topic _topic = new() { IsDown = true };

    [Fact(Timeout = Limit)]
    public async Task Report_TopicWasDownForAQuarterOfAnHour_PublishesTheRecordedResult()
    {
        await Assert.ThrowsAsync<IOException>(() => Reporter().ReportAsync(TestContext.Current.CancellationToken));
        _time.Advance(TimeSpan.FromMinutes(15));
        _topic.IsDown = false;

        await Reporter().ReportAsync(TestContext.Current.CancellationToken);

        Assert.Equal("PC01", Assert.Single(_topic.Published).Subject);
    }

    [Fact(Timeout = Limit)]
    public async Task Report_ManyTimes_PublishesOnce()
    {
        _topic.IsDown = false;
        var reporter = Reporter();

        for (var round = 0; round < 130; round++) await reporter.ReportAsync(TestContext.Current.CancellationToken);

        Assert.Single(_topic.Published);
    }

    [Fact(Timeout = Limit)]
    public async Task Report_EarlierVersionAnsweredIt_PublishesNothingUnderANewId()
    {
        _topic.IsDown = false;
        await Reporter().ReportAsync(TestContext.Current.CancellationToken);
        var former = ResultMessage.Read(Assert.Single(_topic.Published).Body.Span)! with { RequestId = FormerId };
        _topic.Published.Clear();
        var ledger = new InMemoryLedgerStore();
        await ledger.TryWriteAsync(new LedgerState("CORP\\PC01", null, null, null), null, former, TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromDays(2));

        await Reporter(ledger).ReportAsync(TestContext.Current.CancellationToken);

        Assert.Empty(_topic.Published);
    }

    [Fact(Timeout = Limit)]
    public async Task Report_GivenUpWhileAnEarlierVersionSent_IsIndeterminateUnderItsId()
    {
        _topic.IsDown = false;
        var claimed = new MachineRecord("CORP\\PC01") { Claim = new Claim(FormerId, Some.Time) };
        await _ledger.TryWriteAsync(new LedgerState(claimed.Key, null, null, null), claimed, null, TestContext.Current.CancellationToken);

        await Reporter().ReportAsync(TestContext.Current.CancellationToken);

        var result = ResultMessage.Read(Assert.Single(_topic.Published).Body.Span)!;
        Assert.Equal((FormerId, Outcome.Indeterminate), (result.RequestId, result.Outcome));
    }

    private DeadLetterReporter Reporter(ILedgerStore? ledger = null) => new(
        new OneDeadLetter(), Some.Reader(), Some.Validator(), ledger ?? _ledger, _topic,
        Verifications.Of(ledger ?? _ledger, new SiteTable([Some.Site], "hq"), _topic, _time), _time, NullLogger<DeadLetterReporter>.Instance);

    private sealed class OneDeadLetter : IRequestView
    {
        private static readonly DeadLetter Dead = new(7, Some.Event(Some.CloudEvent("""{ "machine": "PC01" }""")), "MaxDeliveryCountExceeded", null);

        public Task<DateTimeOffset?> FindOldestAsync(CancellationToken cancellationToken) => Task.FromResult<DateTimeOffset?>(null);

        public Task<IReadOnlyList<DeadLetter>> PeekDeadLettersAsync(long fromSequenceNumber, int max, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<DeadLetter>>(fromSequenceNumber <= Dead.SequenceNumber ? [Dead] : []);
    }

    private sealed class Topic : IResultPublisher
    {
        public bool IsDown { get; set; }

        public List<ResultMessage> Published { get; } = [];

        public Task PublishAsync(ResultMessage message, CancellationToken cancellationToken)
        {
            if (IsDown) throw new IOException("The topic is down.");
            Published.Add(message);
            return Task.CompletedTask;
        }
    }
}
