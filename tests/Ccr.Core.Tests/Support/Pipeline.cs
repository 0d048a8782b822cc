using System.Collections.Concurrent;
using Ccr.Core.Decisions;
using Ccr.Core.Events;
using Ccr.Core.Ledger;
using Ccr.Core.Machines;
using Ccr.Core.ManagementPoints;
using Ccr.Core.Results;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.Core.Tests.Support;

/// <summary>A processor with everything around it faked: the clock, the management point and the results topic.</summary>
internal sealed class Pipeline
{
    private readonly EventReader _reader = new(new EventOptions());

    public FakeTimeProvider Time { get; } = new(Some.Time);

    public SubmissionOptions Options { get; } = new() { ImmediateRetries = 0 };

    public FakeSubmitter Submitter { get; } = new();

    public CollectingPublisher Publisher { get; } = new();

    public ILedgerStore Ledger { get; init; } = new InMemoryLedgerStore();

    public IReadOnlyList<ReinstallResult> Results => [.. Publisher.Messages.Select(m => ResultMessage.Read(m.Body.Span)!)];

    public Task<Disposition> ProcessAsync(string body, string messageId = "message-1") => ProcessAsync(Some.Event(body, messageId));

    public Task<Disposition> ProcessAsync(IncomingEvent incoming) => ProcessUntilAsync(incoming, TestContext.Current.CancellationToken);

    public Task<Disposition> ProcessUntilAsync(IncomingEvent incoming, CancellationToken stop)
    {
        var processor = new ReinstallProcessor(
            _reader,
            new RequestValidator(new SiteTable([Some.Site], "hq"), DomainName.Parse("CORP")),
            new Decider(Options),
            Ledger,
            new SiteSubmitter(Submitter, Options, Time, new Random(1)),
            Publisher,
            Options,
            Time,
            NullLogger<ReinstallProcessor>.Instance);
        return processor.ProcessAsync(incoming, stop);
    }
}

/// <summary>A management point that answers as it is told, and remembers what reached it.</summary>
internal sealed class FakeSubmitter : ISubmitter
{
    private static readonly ReasonCode Some3xxx = new("CCR3999", "A test's answer", "None.");

    private readonly ConcurrentQueue<Submission> _submissions = new();

    public IReadOnlyCollection<Submission> Submissions => _submissions;

    public Func<Submission, CancellationToken, Task<SubmissionVerdict>> Answer { get; set; } =
        (_, _) => Task.FromResult(SubmissionVerdict.Accepted);

    public void AlwaysAnswer(SubmissionVerdict verdict) => Answer = (_, _) => Task.FromResult(verdict);

    public async Task<SubmissionAnswer> SubmitAsync(
        ManagementPoint managementPoint, Submission submission, CancellationToken cancellationToken)
    {
        _submissions.Enqueue(submission);
        var verdict = await Answer(submission, cancellationToken);
        int? status = verdict switch { SubmissionVerdict.Accepted => 200, SubmissionVerdict.Refused => 404, _ => null };
        return new SubmissionAnswer(verdict, Some3xxx, $"{verdict}", status, TimeSpan.Zero);
    }
}

/// <summary>A results topic that keeps what it is given, or refuses it.</summary>
internal sealed class CollectingPublisher : IResultPublisher
{
    private readonly ConcurrentQueue<ResultMessage> _messages = new();

    public IReadOnlyCollection<ResultMessage> Messages => _messages;

    public Exception? Refusal { get; set; }

    public Task PublishAsync(ResultMessage message, CancellationToken cancellationToken)
    {
        if (Refusal is not null) return Task.FromException(Refusal);
        _messages.Enqueue(message);
        return Task.CompletedTask;
    }
}
