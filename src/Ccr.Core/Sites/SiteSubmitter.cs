using System.Collections.Concurrent;
using Polly;
using Polly.Retry;

namespace Ccr.Core.Sites;

/// <summary>How a site is sent requests.</summary>
/// <param name="ImmediateRetries">How often a request that was certainly not sent is tried again at once.</param>
/// <param name="RetryDelay">The delay before the first of these tries; it doubles, with jitter.</param>
/// <param name="Rate">How fast each management point is sent requests.</param>
/// <param name="Circuit">When a management point is left alone.</param>
public sealed record SubmitterOptions(int ImmediateRetries, TimeSpan RetryDelay, RateOptions Rate, CircuitOptions Circuit);

/// <summary>An answer, and the management point that it is about.</summary>
public sealed record SiteAnswer(ManagementPoint ManagementPoint, SubmissionAnswer Answer);

/// <summary>Submits to a site: to its management points in order of preference, and again only what was certainly not sent.</summary>
public sealed class SiteSubmitter : IDisposable
{
    /// <summary>A timer takes no more than 49 days; an agent whose clock is a year behind would ask for more.</summary>
    private static readonly TimeSpan LongestPatience = TimeSpan.FromDays(30);

    private readonly ISubmitter _submitter;
    private readonly SubmitterOptions _options;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline<SiteAnswer> _retries;
    private readonly ConcurrentDictionary<Uri, GuardedManagementPoint> _guarded = new();

    /// <summary>Makes a submitter that tries again as the options say.</summary>
    public SiteSubmitter(ISubmitter submitter, SubmitterOptions options, TimeProvider time, Random random)
    {
        (_submitter, _options, _time) = (submitter, options, time);
        var pipeline = new ResiliencePipelineBuilder<SiteAnswer> { TimeProvider = time };
        if (options.ImmediateRetries > 0)
        {
            pipeline.AddRetry(new RetryStrategyOptions<SiteAnswer>
            {
                ShouldHandle = attempt => ValueTask.FromResult(attempt.Outcome.Result is { } answer && MayHelpAtOnce(answer)),
                MaxRetryAttempts = options.ImmediateRetries,
                Delay = options.RetryDelay,
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

    /// <summary>The management points that failed too often and get no requests now, and when each is tried again.</summary>
    public IReadOnlyList<(string ManagementPoint, DateTimeOffset Until)> FindLeftAlone() =>
    [
        .. _guarded.Select(each => (each.Key.Authority, each.Value.LeftAloneUntil)).Where(each => each.LeftAloneUntil is not null)
            .Select(each => (each.Authority, each.LeftAloneUntil!.Value)).OrderBy(each => each.Value),
    ];

    /// <summary>
    /// Waits for a place at the gate of the first management point that is not left alone. When none is had in time, or all are left alone, the pass
    /// that is returned sends nothing, and its submission says why.
    /// </summary>
    /// <param name="site">The site.</param>
    /// <param name="patience">How long a place is waited for.</param>
    /// <param name="cancellationToken">Ends the waiting by an exception; nothing was sent then.</param>
    public async Task<SitePass> EnterAsync(Site site, TimeSpan patience, CancellationToken cancellationToken)
    {
        var hasWaited = false;
        using var limit = new CancellationTokenSource(patience < LongestPatience ? patience : LongestPatience, _time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        for (var index = 0; index < site.ManagementPoints.Count; index++)
        {
            var guarded = Guard(site.ManagementPoints[index]);
            if (guarded.IsLeftAlone) continue;
            if (guarded.Gate.TryEnter()) return new SitePass(site, index, guarded.Gate, hasWaited);

            hasWaited = true;
            try
            {
                await guarded.Gate.EnterAsync(ended.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return new SitePass(site, NotInTime(site.ManagementPoints[index]), hasWaited);
            }

            // It may have failed for those that were in front.
            if (!guarded.IsLeftAlone) return new SitePass(site, index, guarded.Gate, hasWaited);
            guarded.Gate.Leave(used: false);
        }

        var last = site.ManagementPoints[^1];
        return new SitePass(site, new SiteAnswer(last, GuardedManagementPoint.LeftAlone(last)), hasWaited);
    }

    /// <summary>Submits, a few times if need be, and returns the first answer that is not "certainly not sent", or else the last one.</summary>
    public async Task<SiteAnswer> SubmitAsync(SitePass pass, Submission submission, CancellationToken cancellationToken)
    {
        SiteAnswer? last = null;
        try
        {
            return await _retries.ExecuteAsync(async token => last = await TryAsync(pass, submission, token), cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // One try answers whatever happens, so this was between two tries, or before the first.
            return last ?? NotInTime(pass.Site.ManagementPoints[0]);
        }
    }

    /// <summary>
    /// Submits once to the management point of the pass, and to the next ones only what was certainly not sent. Another management point's gate is
    /// waited for here; a caller that holds a claim limits that by the token.
    /// </summary>
    public async Task<SiteAnswer> TryAsync(SitePass pass, Submission submission, CancellationToken cancellationToken)
    {
        if (pass.Refusal is { } refusal) return refusal;

        SiteAnswer? last = null;
        var place = pass.TakePlace();
        for (var index = place ?? 0; index < pass.Site.ManagementPoints.Count; index++)
        {
            var managementPoint = pass.Site.ManagementPoints[index];
            var guarded = Guard(managementPoint);
            if (index != place)
            {
                if (guarded.IsLeftAlone)
                {
                    last = new SiteAnswer(managementPoint, GuardedManagementPoint.LeftAlone(managementPoint));
                    continue;
                }

                try
                {
                    await guarded.Gate.EnterAsync(cancellationToken);
                }
                catch (OperationCanceledException)
                {
                    return last ?? NotInTime(managementPoint);
                }
            }

            SubmissionAnswer? answer = null;
            try
            {
                answer = await guarded.SubmitAsync(managementPoint, submission, cancellationToken);
            }
            finally
            {
                guarded.Gate.Leave(used: answer?.Reason != ManagementPointReasons.CircuitOpen);
            }

            last = new SiteAnswer(managementPoint, answer);
            if (answer.Verdict != SubmissionVerdict.NotSent) break;
        }

        return last!;
    }

    /// <summary>Finds out what became of a submission that may have been sent; null when nobody knows.</summary>
    public Task<SubmissionAnswer?> AskAsync(Site site, Submission submission, CancellationToken cancellationToken) =>
        _submitter.AskAsync(site.ManagementPoints[0], submission, cancellationToken);

    /// <summary>Finds out what a submission to a site would be about, for a dry run; null when there is nothing to find out from here.</summary>
    public Task<string?> DescribeAsync(Site site, Submission submission, CancellationToken cancellationToken) => site.Transport == SiteTransport.Direct
        ? _submitter.DescribeAsync(site.ManagementPoints[0], submission, cancellationToken)
        : Task.FromResult<string?>(null);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var guarded in _guarded.Values) guarded.Dispose();
    }

    private static SiteAnswer NotInTime(ManagementPoint managementPoint) => new(managementPoint, new SubmissionAnswer(
        SubmissionVerdict.NotSent, ManagementPointReasons.NotInTime, "the time for it was over before anything was sent", null, TimeSpan.Zero));

    private static bool MayHelpAtOnce(SiteAnswer answer) =>
        answer.Answer.Verdict == SubmissionVerdict.NotSent && answer.Answer.Reason != ManagementPointReasons.CircuitOpen
            && answer.Answer.Reason != ManagementPointReasons.NotInTime;

    private GuardedManagementPoint Guard(ManagementPoint managementPoint) =>
        _guarded.GetOrAdd(managementPoint.Address, _ => new GuardedManagementPoint(_submitter, _options.Rate, _options.Circuit, _time));
}
