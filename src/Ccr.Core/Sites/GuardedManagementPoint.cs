using Polly;
using Polly.CircuitBreaker;

namespace Ccr.Core.Sites;

/// <summary>One management point with its rate gate and its circuit breaker.</summary>
internal sealed class GuardedManagementPoint : IDisposable
{
    private readonly ISubmitter _submitter;
    private readonly TimeProvider _time;
    private readonly TimeSpan _leaveAloneFor;
    private readonly CircuitBreakerStateProvider _state = new();
    private readonly ResiliencePipeline<SubmissionAnswer> _circuit;
    private long _opened;

    public GuardedManagementPoint(ISubmitter submitter, RateOptions rate, CircuitOptions circuit, TimeProvider time)
    {
        (_submitter, _time, _leaveAloneFor) = (submitter, time, circuit.LeaveAloneFor);
        Gate = new RateGate(rate, time);
        _circuit = new ResiliencePipelineBuilder<SubmissionAnswer> { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<SubmissionAnswer>
            {
                ShouldHandle = attempt => ValueTask.FromResult(attempt.Outcome.Result?.Verdict is SubmissionVerdict.NotSent or SubmissionVerdict.Unknown),
                MinimumThroughput = circuit.MinRequests,
                FailureRatio = circuit.FailureShare,
                SamplingDuration = circuit.Window,
                BreakDuration = circuit.LeaveAloneFor,
                StateProvider = _state,
                OnOpened = _ =>
                {
                    Volatile.Write(ref _opened, time.GetTimestamp());
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
    }

    public RateGate Gate { get; }

    /// <summary>Whether a request would not be sent now, so that there is no use in waiting at the gate for it.</summary>
    public bool IsLeftAlone => _state.CircuitState switch
    {
        CircuitState.Closed => false,
        CircuitState.Open => _time.GetElapsedTime(Volatile.Read(ref _opened)) < _leaveAloneFor,

        // One request tries it now.
        _ => true,
    };

    /// <summary>When it is tried again; null when it is not left alone.</summary>
    public DateTimeOffset? LeftAloneUntil
    {
        get
        {
            if (!IsLeftAlone) return null;

            // One that is just being tried is over its time.
            var left = _leaveAloneFor - _time.GetElapsedTime(Volatile.Read(ref _opened));
            return _time.GetUtcNow() + (left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }
    }

    /// <summary>What is answered instead of a request that is not sent.</summary>
    public static SubmissionAnswer LeftAlone(ManagementPoint managementPoint) => new(
        SubmissionVerdict.NotSent, ManagementPointReasons.CircuitOpen, $"{managementPoint.Address.Authority} failed too often", null, TimeSpan.Zero);

    /// <summary>Sends a request that has a place at the gate.</summary>
    public async Task<SubmissionAnswer> SubmitAsync(ManagementPoint managementPoint, Submission submission, CancellationToken cancellationToken)
    {
        try
        {
            return await _circuit.ExecuteAsync(async token => await _submitter.SubmitAsync(managementPoint, submission, token), cancellationToken);
        }
        catch (BrokenCircuitException)
        {
            return LeftAlone(managementPoint);
        }
    }

    public void Dispose() => Gate.Dispose();
}
