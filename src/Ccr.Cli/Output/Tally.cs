namespace Ccr.Cli.Output;

/// <summary>Joins what was asked for with what was answered, by request id: an id answered twice is one answer.</summary>
/// <param name="looks">Whether each push is also joined with what was seen of it afterwards.</param>
internal sealed class Tally(bool looks = false)
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);
    private readonly HashSet<string> _answered = new(StringComparer.Ordinal);
    private readonly Dictionary<Outcome, int> _outcomes = [];
    private readonly HashSet<string> _pushed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, VerificationResult> _seen = new(StringComparer.Ordinal);
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
            if (result.Outcome is Outcome.Accepted or Outcome.Indeterminate) _pushed.Add(result.RequestId);
            CompleteIfAnswered();
            return true;
        }
    }

    /// <summary>Notes what was seen after a push; false when it was there already.</summary>
    public bool See(VerificationResult verification)
    {
        lock (_gate)
        {
            if (verification.IsFinal && !_seen.TryAdd(verification.RequestId, verification)) return false;

            CompleteIfAnswered();
            return true;
        }
    }

    /// <summary>Whether each push ended as its client did: verified if that is back, and not verified if it is not.</summary>
    public bool AreAsExpected(Func<VerificationResult, bool> isBack)
    {
        lock (_gate)
        {
            return !looks || _pushed.All(id => _seen.TryGetValue(id, out var seen)
                && seen.Outcome == (isBack(seen) ? VerificationOutcome.Verified : VerificationOutcome.NotVerified));
        }
    }

    /// <summary>How things stand.</summary>
    public Summary Summarise(long submissions)
    {
        lock (_gate)
        {
            var summary = Summary.Of(_events, _answered.Count + _open.Count, _outcomes, submissions);
            return !looks ? summary : summary with
            {
                Verified = CountSeen(VerificationOutcome.Verified),
                NotVerified = CountSeen(VerificationOutcome.NotVerified),
                Unknown = CountSeen(VerificationOutcome.Unknown),
            };
        }
    }

    private int CountSeen(VerificationOutcome outcome) => _seen.Values.Count(seen => seen.Outcome == outcome);

    private void CompleteIfAnswered()
    {
        if (_allAsked && _open.Count == 0 && (!looks || _pushed.IsSubsetOf(_seen.Keys))) _complete.TrySetResult();
    }
}
