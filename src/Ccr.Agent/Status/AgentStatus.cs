namespace Ccr.Agent.Status;

/// <summary>What the agent is doing and has done, for people who look at it.</summary>
internal sealed class AgentStatus(TimeProvider time)
{
    private const int Remembered = 20;

    private readonly Lock _gate = new();
    private readonly Queue<ReinstallResult> _results = new();
    private readonly Dictionary<Outcome, long> _outcomes = [];
    private string? _fault;
    private long _refused;
    private int _submitting;
    private int _waiting;

    /// <summary>When the process started.</summary>
    public DateTimeOffset Started { get; } = time.GetUtcNow();

    /// <summary>Notes that receiving works; true when it did not before.</summary>
    public bool Receiving()
    {
        lock (_gate)
        {
            var had = _fault is not null;
            _fault = null;
            return had;
        }
    }

    /// <summary>Notes that receiving does not work; true when that is new.</summary>
    public bool NotReceiving(string fault)
    {
        lock (_gate)
        {
            var isNew = _fault is null;
            _fault = fault;
            return isNew;
        }
    }

    public void Refused()
    {
        lock (_gate) _refused++;
    }

    public void Ended(ReinstallResult result)
    {
        lock (_gate)
        {
            _results.Enqueue(result);
            if (_results.Count > Remembered) _results.Dequeue();
            _outcomes[result.Outcome] = _outcomes.GetValueOrDefault(result.Outcome) + 1;
        }
    }

    /// <summary>A request is on its way to a management point until this is disposed of.</summary>
    public IDisposable Submit() => new Counted(this, submitting: 1, waiting: 0);

    /// <summary>A command waits for a management point until this is disposed of.</summary>
    public IDisposable Wait() => new Counted(this, submitting: 0, waiting: 1);

    /// <summary>How things stand.</summary>
    public StatusCounts Read()
    {
        lock (_gate)
        {
            return new StatusCounts(
                _submitting, _waiting, _refused, _fault, _outcomes.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value, StringComparer.Ordinal),
                [.. _results.Reverse()]);
        }
    }

    private void Count(int submitting, int waiting)
    {
        lock (_gate)
        {
            _submitting += submitting;
            _waiting += waiting;
        }
    }

    private sealed class Counted : IDisposable
    {
        private readonly AgentStatus _status;
        private readonly int _submitting;
        private readonly int _waiting;

        public Counted(AgentStatus status, int submitting, int waiting)
        {
            (_status, _submitting, _waiting) = (status, submitting, waiting);
            status.Count(submitting, waiting);
        }

        public void Dispose() => _status.Count(-_submitting, -_waiting);
    }
}

/// <summary>The counts of this process.</summary>
/// <param name="Submitting">Requests on their way to a management point.</param>
/// <param name="Waiting">Commands that wait for a management point.</param>
/// <param name="Refused">Commands that were refused.</param>
/// <param name="Fault">Why nothing can be received, if that is so.</param>
/// <param name="Outcomes">How many results there were of each outcome.</param>
/// <param name="Results">The last results, newest first.</param>
internal sealed record StatusCounts(
    int Submitting, int Waiting, long Refused, string? Fault, IReadOnlyDictionary<string, long> Outcomes, IReadOnlyList<ReinstallResult> Results);
