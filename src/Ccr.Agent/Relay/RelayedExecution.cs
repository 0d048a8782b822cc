using System.Collections.Concurrent;
using Ccr.Agent.Commands;

namespace Ccr.Agent.Relay;

/// <summary>
/// Carries out what comes through the relay, and remembers it: the same request asked for again gets the same verdict, and no second submission.
/// </summary>
/// <remarks>
/// A place at the gate, claim, send, record. A claim without a result means that an earlier process may have sent the request: that is indeterminate, for
/// ever. What certainly was not sent leaves nothing in the journal, so that the processor may ask for it again, here or of another agent. Therefore a copy
/// of a question, which somebody else may have kept, begins nothing: each one counts once, and none outlives this process. And a question that is asked
/// about before it came does not count any more, so that the processor knows for certain that it was not begun.
/// </remarks>
internal sealed class RelayedExecution(
    Journal journal, SiteSubmitter submitter, Decider decider, CommandRecord record, Clock clock, OwnLook look, AgentStatus status, Turns turns,
    TimeProvider time, AgentStop stop, ILogger<RelayedExecution> logger)
{
    /// <summary>The relay gives an exchange up after 60 seconds.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(50);

    /// <summary>How long a place at the gate of a management point is waited for; the rest is for the request itself.</summary>
    private static readonly TimeSpan GatePatience = TimeSpan.FromSeconds(15);

    /// <summary>How long a question is remembered: a question is good for minutes, but a clock that is set back makes it good once more.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(1);

    /// <summary>The questions that were seen, by nonce, and the same in their order.</summary>
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly Queue<(string Nonce, long At)> _order = new();

    private readonly ConcurrentDictionary<Task, bool> _running = new();

    /// <summary>What became of the request of a question, which is carried out if the question may have that; null when nothing is known of it.</summary>
    /// <param name="question">The question: to carry out, or about what was to be.</param>
    /// <param name="owned">The command in it.</param>
    /// <param name="isOurs">Whether it was, or would have been, addressed to a process with this journal.</param>
    public async Task<ReinstallResult?> AnswerAsync(RelayedSubmission question, OwnedCommand owned, bool isOurs)
    {
        var work = turns.AloneAsync(owned.Command.RequestId, () => WorkAsync(question, owned, isOurs));

        // Whoever stops waits for it, also when the answer did not.
        _running[work] = true;
        _ = work.ContinueWith(ended => _running.TryRemove(ended, out _), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        try
        {
            return await work.WaitAsync(AnswerWithin, time, stop.Hard);
        }
        catch (TimeoutException)
        {
            return record.Conclude(owned.Command, new Verdict(Outcome.Dispatched, RelayedReasons.UnderWay, "the request is being carried out"));
        }
    }

    /// <summary>Waits for what has begun.</summary>
    public async Task DrainAsync()
    {
        while (_running.Keys is { Count: > 0 } running) await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private bool IsFirst(string? nonce)
    {
        lock (_order)
        {
            while (_order.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At) >= Remembered) _seen.Remove(_order.Dequeue().Nonce);
            if (nonce is null || !_seen.Add(nonce)) return false;
            _order.Enqueue((nonce, time.GetTimestamp()));
            return true;
        }
    }

    private async Task<ReinstallResult?> WorkAsync(RelayedSubmission question, OwnedCommand owned, bool isOurs)
    {
        var isFirst = IsFirst(question.Kind == RelayedKind.Submit ? question.Nonce : question.About);
        try
        {
            var state = await journal.ReadAsync(owned.Request, stop.Hard);
            if (state.Result is { } known) return known;
            if (state.Machine?.Claim?.RequestId == owned.Request.Id) return await EndAsync(owned, CommandRecord.Interrupted(owned));
            if (question.Kind == RelayedKind.Submit)
                return isFirst ? await CarryOutAsync(owned) : NotSent(owned, AgentReasons.Repeated, "nothing was done for the second one");
            return isOurs ? NotSent(owned, AgentReasons.Withdrawn, "nothing was begun, and nothing will be") : null;
        }
        catch (LedgerException fault)
        {
            // Only before anything is sent: what is recorded afterwards is tried until it is on the disk.
            return question.Kind == RelayedKind.Submit ? NotSent(owned, fault.Reason, fault.Cause) : null;
        }
    }

    private async Task<ReinstallResult> CarryOutAsync(OwnedCommand owned)
    {
        using var pass = await EnterAsync(owned.Request.Site);
        var before = pass is null ? null : await look.LookBeforeAsync(owned);
        if (pass is null || stop.Soft.IsCancellationRequested) return NotSent(owned, ManagementPointReasons.StoppedBefore, "the agent stops");

        while (true)
        {
            var at = owned.Read(clock);
            var state = await journal.ReadAsync(owned.Request, stop.Hard);
            if (decider.DecideHandedOver(owned.Request, state, at) is Decision.Conclude ended)
            {
                var result = record.Conclude(owned.Command, ended.Verdict) with { Repeats = ended.Repeats, Until = ended.Until };
                if (await journal.TryWriteAsync(state, null, result, stop.Hard) is not null) return Ended(result);
            }
            else if (await journal.TryWriteAsync(state, decider.Claim(owned.Request, state.Machine, at, owned.Command, before), null, stop.Hard) is not null)
            {
                break;
            }
        }

        SiteAnswer answer;
        using (status.Submit())
        {
            answer = await submitter.TryAsync(pass, new Submission(owned.Request.Machine, owned.Request.Domain, owned.Request.Force), stop.Hard);
        }

        if (answer.Answer.Verdict != SubmissionVerdict.NotSent) return await EndAsync(owned, answer);

        await journal.CloseAsync(owned.Command, stop.Hard);
        return NotSent(owned, answer.Answer.Reason, answer.Answer.Detail);
    }

    /// <summary>Waits for a place at the gate of a management point; null when the agent stops meanwhile.</summary>
    private async Task<SitePass?> EnterAsync(Site site)
    {
        using var waiting = status.Wait();
        try
        {
            return await submitter.EnterAsync(site, GatePatience, stop.Soft);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private async Task<ReinstallResult> EndAsync(OwnedCommand owned, SiteAnswer answer) => Ended(await record.EndAsync(owned, answer, staysOpen: false));

    private ReinstallResult Ended(ReinstallResult result)
    {
        status.Ended(result);
        Log.Ended(logger, result.Outcome, result.Reason, result.Machine, result.RequestId, result.Detail);
        return result;
    }

    private ReinstallResult NotSent(OwnedCommand owned, ReasonCode reason, string detail)
    {
        Log.NotSentForRelay(logger, owned.Command.Machine, owned.Command.RequestId, reason.Code, detail);
        return record.Conclude(owned.Command, new Verdict(Outcome.Deferred, reason, detail));
    }
}
