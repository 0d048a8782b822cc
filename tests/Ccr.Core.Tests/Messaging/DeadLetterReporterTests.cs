using Ccr.Core.Events;
using Ccr.Core.Ledger;
using Ccr.Core.Messaging;
using Ccr.Core.Results;
using Ccr.Core.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.Core.Tests.Messaging;

public class DeadLetterReporterTests
{
    private const int Limit = 300_000;

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

    private DeadLetterReporter Reporter() => new(
        new OneDeadLetter(), new EventReader(new EventOptions()), Some.Validator(), _ledger, _topic, _time, NullLogger<DeadLetterReporter>.Instance);

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
