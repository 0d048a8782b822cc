using System.Collections.Concurrent;
using Ccr.Core.Configuration;
using Ccr.Core.Decisions;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace Ccr.Core.Sites;

/// <summary>Submits to a site: to its management points in order of preference, and again only what was surely not sent.</summary>
public sealed class SiteSubmitter : IDisposable
{
    private readonly ISubmitter _submitter;
    private readonly CcrOptions _options;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline<SiteAnswer> _retries;
    private readonly ConcurrentDictionary<Uri, GuardedManagementPoint> _guarded = new();

    /// <summary>Makes a submitter that tries again as the options say.</summary>
    public SiteSubmitter(ISubmitter submitter, CcrOptions options, TimeProvider time, Random random)
    {
        (_submitter, _options, _time) = (submitter, options, time);
        var pipeline = new ResiliencePipelineBuilder<SiteAnswer> { TimeProvider = time };
        if (options.Submissions.ImmediateRetries > 0)
        {
            pipeline.AddRetry(new RetryStrategyOptions<SiteAnswer>
            {
                ShouldHandle = attempt => ValueTask.FromResult(attempt.Outcome.Result?.Answer is { Verdict: SubmissionVerdict.NotSent } answer && answer.Reason != DecisionReasons.CircuitOpen),
                MaxRetryAttempts = options.Submissions.ImmediateRetries,
                Delay = options.Submissions.RetryDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Randomizer = () =>
                {
                    lock (random) return random.NextDouble();
                },
            });
        }

        _retries = pipeline.Build();
    }

    /// <summary>Submits, and returns the first answer that is not "surely not sent", or else the last one.</summary>
    public async Task<SiteAnswer> SubmitAsync(Site site, Submission submission, CancellationToken cancellationToken)
    {
        SiteAnswer? last = null;
        try
        {
            return await _retries.ExecuteAsync(
                async token => last = await TryEachAsync(site, submission, token), cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // A submitter answers whatever happens, so this was between two tries, or before the first.
            return last ?? new SiteAnswer(site.ManagementPoints[0], new SubmissionAnswer(
                SubmissionVerdict.NotSent, DecisionReasons.Stopped, "the worker was stopped before it sent anything", null, TimeSpan.Zero));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var guarded in _guarded.Values) guarded.Dispose();
    }

    private async Task<SiteAnswer> TryEachAsync(Site site, Submission submission, CancellationToken cancellationToken)
    {
        SiteAnswer? last = null;
        foreach (var managementPoint in site.ManagementPoints)
        {
            var guarded = _guarded.GetOrAdd(managementPoint.Address, _ => new GuardedManagementPoint(_submitter, _options, _time));
            last = new SiteAnswer(managementPoint, await guarded.SubmitAsync(managementPoint, submission, cancellationToken));
            if (last.Answer.Verdict != SubmissionVerdict.NotSent) break;
        }

        return last!;
    }
}

/// <summary>An answer, and the management point that it is about.</summary>
public sealed record SiteAnswer(ManagementPoint ManagementPoint, SubmissionAnswer Answer);

/// <summary>One management point behind its circuit breaker and its rate gate.</summary>
internal sealed class GuardedManagementPoint : IDisposable
{
    private readonly ISubmitter _submitter;
    private readonly RateGate _gate;
    private readonly ResiliencePipeline<SubmissionAnswer> _circuit;

    public GuardedManagementPoint(ISubmitter submitter, CcrOptions options, TimeProvider time)
    {
        _submitter = submitter;
        _gate = new RateGate(options.Rate, time);
        _circuit = new ResiliencePipelineBuilder<SubmissionAnswer> { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<SubmissionAnswer>
            {
                ShouldHandle = attempt => ValueTask.FromResult(attempt.Outcome.Result?.Verdict is SubmissionVerdict.NotSent or SubmissionVerdict.Unknown),
                MinimumThroughput = options.Circuit.MinRequests,
                FailureRatio = options.Circuit.FailureShare,
                SamplingDuration = options.Circuit.Window,
                BreakDuration = options.Circuit.LeaveAloneFor,
            })
            .Build();
    }

    public async Task<SubmissionAnswer> SubmitAsync(ManagementPoint managementPoint, Submission submission, CancellationToken cancellationToken)
    {
        try
        {
            return await _circuit.ExecuteAsync(
                async token =>
                {
                    await _gate.EnterAsync(token);
                    try
                    {
                        return await _submitter.SubmitAsync(managementPoint, submission, token);
                    }
                    finally
                    {
                        _gate.Leave();
                    }
                },
                cancellationToken);
        }
        catch (BrokenCircuitException)
        {
            return new SubmissionAnswer(
                SubmissionVerdict.NotSent, DecisionReasons.CircuitOpen, $"{managementPoint.Address.Authority} failed too often", null, TimeSpan.Zero);
        }
    }

    public void Dispose() => _gate.Dispose();
}
