using Ccr.Core.Events;
using Ccr.Core.Ledger;
using Ccr.Core.Messaging;
using Ccr.Core.Results;
using Ccr.Core.Sites;
using Ccr.Core.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ccr.Core.Tests.Messaging;

/// <summary>Messages of the requests queue while an entity that is sent to is away.</summary>
public class RequestHandlerTests
{
    private const int Limit = 300_000;

    private readonly Pipeline _pipeline = new();
    private readonly JumpingTime _time = new();
    private readonly RefusingQueue _queue = new();
    private readonly Settlement _settlement = new();

    [Fact(Timeout = Limit)]
    public async Task Handle_WhileTheQueueTakesNoCopy_KeepsTheMessageAndAsksTheManagementPointOnce()
    {
        _pipeline.Submitter.AlwaysAnswer(SubmissionVerdict.NotSent);
        _queue.Refusals = 5;

        await HandleAsync();

        Assert.Equal(Outcome.Deferred, Assert.Single(_pipeline.Results).Outcome);
        Assert.Single(_pipeline.Submitter.Submissions);
        Assert.Equal(_pipeline.Results[0].Until, Assert.Single(_queue.Sent).At);
        Assert.Equal(["completed"], _settlement.Settled);
    }

    [Fact(Timeout = Limit)]
    public async Task Handle_WhenTheCompletionFails_SendsNoSecondCopy()
    {
        _pipeline.Submitter.AlwaysAnswer(SubmissionVerdict.NotSent);
        _settlement.Refusals = 3;

        await HandleAsync();

        Assert.Single(_queue.Sent);
        Assert.Equal(["completed"], _settlement.Settled);
    }

    [Fact(Timeout = Limit)]
    public async Task Handle_WhenResultsCannotBePublishedForLong_CopiesTheMessageAndPublishesThenWithoutASecondSubmission()
    {
        _pipeline.Publisher.Refusal = BrokerFault.Missing;
        var handling = HandleAsync();
        _pipeline.Time.Advance(TimeSpan.FromSeconds(30));
        await handling;
        _pipeline.Publisher.Refusal = null;
        var copy = Assert.Single(_queue.Sent);

        await HandleAsync(Message with { MessageId = copy.MessageId, Properties = copy.Properties });

        Assert.Equal(Outcome.Accepted, Assert.Single(_pipeline.Results).Outcome);
        Assert.Single(_pipeline.Submitter.Submissions);
        Assert.Equal(["completed", "completed"], _settlement.Settled);
    }

    private static IncomingEvent Message => Some.Event(Some.CloudEvent("""{ "machine": "PC01" }"""));

    private Task HandleAsync(IncomingEvent? message = null)
    {
        var watch = new LedgerWatch(
            new SeenTopic(), _pipeline.Ledger, new LedgerIdentity(_pipeline.Ledger, _pipeline.Time), NullLogger<LedgerWatch>.Instance);
        return new RequestHandler(_pipeline.Build(), _queue, watch, _time, NullLogger<RequestHandler>.Instance)
            .HandleAsync(message ?? Message, _settlement, TestContext.Current.CancellationToken);
    }

    private sealed class RefusingQueue : IRequestSender
    {
        public int Refusals { get; set; }

        public List<OutgoingEvent> Sent { get; } = [];

        public Task SendAsync(OutgoingEvent message, CancellationToken cancellationToken)
        {
            if (Refusals-- > 0) return Task.FromException(BrokerFault.Missing);
            Sent.Add(message);
            return Task.CompletedTask;
        }
    }

    private sealed class Settlement : ISettlement
    {
        public int Refusals { get; set; }

        public List<string> Settled { get; } = [];

        public Task CompleteAsync(CancellationToken cancellationToken) => SettleAsync("completed");

        public Task AbandonAsync(CancellationToken cancellationToken) => SettleAsync("abandoned");

        public Task DeadLetterAsync(string reason, string description, CancellationToken cancellationToken) => SettleAsync(reason);

        private Task SettleAsync(string how)
        {
            if (Refusals-- > 0) return Task.FromException(BrokerFault.Unclear);
            Settled.Add(how);
            return Task.CompletedTask;
        }
    }
}
