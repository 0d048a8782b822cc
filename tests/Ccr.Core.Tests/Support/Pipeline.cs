using System.Collections.Concurrent;
using Ccr.Core.Agents;
using Ccr.Core.Decisions;
using Ccr.Core.Decisions.Rules;
using Ccr.Core.Events;
using Ccr.Core.Ledger;
using Ccr.Core.Machines;
using Ccr.Core.Processing;
using Ccr.Core.Results;
using Ccr.Core.Sites;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.Core.Tests.Support;

/// <summary>A processor with everything around it faked: the clock, the management point and the results topic.</summary>
internal sealed class Pipeline
{
    private ReinstallProcessor? _processor;

    public FakeTimeProvider Time { get; init; } = new(Some.Time);

    public CcrOptions Configuration { get; } = new()
    {
        DefaultDomain = "CORP",
        Submissions = { ImmediateRetries = 0 },
        Targets = { Domains = { "CORP", "LAB" } },
    };

    public SubmissionOptions Options => Configuration.Submissions;

    public FakeSubmitter Submitter { get; } = new();

    public CollectingCommandSender Commands { get; } = new();

    public CollectingPublisher Publisher { get; } = new();

    public Site Site { get; init; } = Some.Site;

    public IReadOnlyList<Site> OtherSites { get; init; } = [];

    public ILedgerStore Ledger { get; init; } = new InMemoryLedgerStore();

    public Inventory? Inventory { get; init; }

    public CollectingLogger<ReinstallProcessor> Logger { get; } = new();

    public FakeLook Look { get; } = new();

    public CollectingLooks Looks { get; } = new();

    public VerificationWorker Verifications => field ??= Support.Verifications.Of(Ledger, Sites, Publisher, Time, Look, Looks);

    public SiteTable Sites => new([Site, .. OtherSites], Site.Key);

    public IReadOnlyList<ReinstallResult> Results => [.. Publisher.Messages.Select(m => ResultMessage.Read(m.Body.Span)).OfType<ReinstallResult>()];

    public IReadOnlyList<VerificationResult> Seen =>
        [.. Publisher.Messages.Select(m => ResultMessage.ReadVerification(m.Body.Span)).OfType<VerificationResult>()];

    public Task<Disposition> ProcessAsync(string body, string messageId = "message-1") => ProcessAsync(Some.Event(body, messageId));

    public Task<Disposition> ProcessAsync(IncomingEvent incoming) => ProcessUntilAsync(incoming, TestContext.Current.CancellationToken);

    public Task<Disposition> ProcessUntilAsync(IncomingEvent incoming, CancellationToken stop) =>
        (_processor ??= Build()).ProcessAsync(incoming, stop);

    /// <summary>The copy of a message that its disposition asks for, as it arrives when its time has come.</summary>
    public IncomingEvent Arrive(IncomingEvent message, Disposition disposition)
    {
        var retry = Assert.IsType<Disposition.RetryAt>(disposition);
        if (retry.At > Time.GetUtcNow()) Time.Advance(retry.At - Time.GetUtcNow());
        return message with { MessageId = Guid.NewGuid().ToString(), EnqueuedTime = Time.GetUtcNow(), Properties = retry.Properties };
    }

    /// <summary>A processor with its own clock readings, as another process or the same one after a restart has.</summary>
    public ReinstallProcessor Build()
    {
        var targets = new TargetRule(Configuration.Targets, Configuration.DefaultDomain, Some.Site.ManagementPoints, () => Inventory);
        var worker = new RequestWorker(
            new Decider(Configuration.ToRules(), targets),
            new Clock(Time),
            Ledger,
            new SiteSubmitter(Submitter, Configuration.ToSubmitter(), Time, new Random(1)),
            Commands,
            Publisher,
            Verifications,
            Configuration.ToRules(),
            Time,
            NullLogger<RequestWorker>.Instance);
        return new ReinstallProcessor(
            new EventReader(Configuration.Events, DomainName.Parse(Configuration.DefaultDomain!)),
            new RequestValidator(Sites),
            worker,
            Time,
            Logger);
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

    /// <summary>Answers in place of <see cref="Answer"/>.</summary>
    public Func<Submission, SubmissionAnswer>? Result { get; set; }

    /// <summary>What is known of a submission that is asked about; null knows of none.</summary>
    public Func<Submission, SubmissionAnswer>? Known { get; set; }

    /// <summary>How often it was asked.</summary>
    public int Asked { get; private set; }

    public Task<SubmissionAnswer?> AskAsync(ManagementPoint managementPoint, Submission submission, CancellationToken cancellationToken)
    {
        Asked++;
        return Task.FromResult(Known?.Invoke(submission));
    }

    public void AlwaysAnswer(SubmissionVerdict verdict) => Answer = (_, _) => Task.FromResult(verdict);

    public async Task<SubmissionAnswer> SubmitAsync(
        ManagementPoint managementPoint, Submission submission, CancellationToken cancellationToken)
    {
        _submissions.Enqueue(submission);
        if (Result is not null) return Result(submission);
        var verdict = await Answer(submission, cancellationToken);
        int? status = verdict switch { SubmissionVerdict.Accepted => 200, SubmissionVerdict.Refused => 404, _ => null };
        return new SubmissionAnswer(verdict, Some3xxx, $"{verdict}", status, TimeSpan.Zero);
    }
}

/// <summary>Agents' queues that keep what they are given, or refuse it.</summary>
internal sealed class CollectingCommandSender : ICommandSender
{
    private readonly ConcurrentQueue<AgentCommand> _commands = new();

    public IReadOnlyCollection<AgentCommand> Commands => _commands;

    public Exception? Refusal { get; set; }

    /// <summary>Runs while a command is on its way.</summary>
    public Func<Task> Meanwhile { get; set; } = () => Task.CompletedTask;

    public async Task SendAsync(AgentCommand command, CancellationToken cancellationToken)
    {
        var (refusal, meanwhile) = (Refusal, Meanwhile);
        Meanwhile = () => Task.CompletedTask;
        await meanwhile();
        if (refusal is not null) throw refusal;
        _commands.Enqueue(command);
    }

    public Task SendAsync(AgentLook look, CancellationToken cancellationToken) => Task.CompletedTask;
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

/// <summary>A log that keeps its event ids.</summary>
internal sealed class CollectingLogger<T> : ILogger<T>
{
    private readonly ConcurrentQueue<(int Id, string Text)> _entries = new();

    public IReadOnlyCollection<(int Id, string Text)> Entries => _entries;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _entries.Enqueue((eventId.Id, formatter(state, exception)));
}
