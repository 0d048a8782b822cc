using Ccr.Core.Decisions;
using Polly;
using Polly.Retry;

namespace Ccr.Core.ManagementPoints;

/// <summary>Submits to a site: to its management points in order of preference, and again only what was surely not sent.</summary>
public sealed class SiteSubmitter
{
    private readonly ISubmitter _submitter;
    private readonly ResiliencePipeline<SiteAnswer> _retries;

    /// <summary>Makes a submitter that tries again as the options say.</summary>
    public SiteSubmitter(ISubmitter submitter, SubmissionOptions options, TimeProvider time, Random random)
    {
        _submitter = submitter;
        var pipeline = new ResiliencePipelineBuilder<SiteAnswer> { TimeProvider = time };
        if (options.ImmediateRetries > 0)
        {
            pipeline.AddRetry(new RetryStrategyOptions<SiteAnswer>
            {
                ShouldHandle = attempt => ValueTask.FromResult(attempt.Outcome.Result?.Answer.Verdict == SubmissionVerdict.NotSent),
                MaxRetryAttempts = options.ImmediateRetries,
                Delay = options.RetryDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Randomizer = random.NextDouble,
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

    private async Task<SiteAnswer> TryEachAsync(Site site, Submission submission, CancellationToken cancellationToken)
    {
        SiteAnswer? last = null;
        foreach (var managementPoint in site.ManagementPoints)
        {
            last = new SiteAnswer(managementPoint, await _submitter.SubmitAsync(managementPoint, submission, cancellationToken));
            if (last.Answer.Verdict != SubmissionVerdict.NotSent) break;
        }

        return last!;
    }
}

/// <summary>An answer, and the management point that it is about.</summary>
public sealed record SiteAnswer(ManagementPoint ManagementPoint, SubmissionAnswer Answer);
