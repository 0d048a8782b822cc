namespace Ccr.Cli.Output;

/// <summary>Joins what was asked for with what was answered, by request id: an id answered twice is one answer.</summary>
internal sealed class Tally
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);
    private readonly HashSet<string> _answered = new(StringComparer.Ordinal);
    private readonly Dictionary<Outcome, int> _outcomes = [];
    private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _events;
    private bool _allAsked;

    /// <summary>Ends when everything that was asked for is answered.</summary>
    public Task Complete => _complete.Task;

    /// <summary>Notes an event and the requests in it, before it is sent.</summary>
    public void Ask(IEnumerable<string> requestIds)
    {
        lock (_gate)
        {
            _events++;
            foreach (var id in requestIds) _open.Add(id);
        }
    }

    /// <summary>Notes that no more events follow.</summary>
    public void AllAsked()
    {
        lock (_gate)
        {
            _allAsked = true;
            CompleteIfAnswered();
        }
    }

    /// <summary>Notes a result; false when it is interim, or was there already.</summary>
    public bool Answer(ReinstallResult result)
    {
        lock (_gate)
        {
            if (!result.Outcome.IsTerminal() || !_answered.Add(result.RequestId)) return false;

            _open.Remove(result.RequestId);
            _outcomes[result.Outcome] = _outcomes.GetValueOrDefault(result.Outcome) + 1;
            CompleteIfAnswered();
            return true;
        }
    }

    /// <summary>How things stand.</summary>
    public Summary Summarise(long submissions)
    {
        lock (_gate) return Summary.Of(_events, _answered.Count + _open.Count, _outcomes, submissions);
    }

    private void CompleteIfAnswered()
    {
        if (_allAsked && _open.Count == 0) _complete.TrySetResult();
    }
}
