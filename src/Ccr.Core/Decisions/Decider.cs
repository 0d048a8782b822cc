using Ccr.Core.Agents;
using Ccr.Core.Decisions.Rules;
using Ccr.Core.Ledger;
using Ccr.Core.Results;
using Ccr.Core.Sites;
using Ccr.Core.Views;

namespace Ccr.Core.Decisions;

/// <summary>
/// The rules by which a request is carried out, or not, in the order in which they count (README.md of this folder). Values in, values out: the caller
/// reads, writes and sends.
/// </summary>
public sealed class Decider(RuleOptions options, TargetRule targets)
{
    private readonly SubmissionOptions _submissions = options.Submissions;
    private readonly WindowRule _windows = new(options.Windows);

    /// <summary>Decides about a request by what is known of it and of its machine.</summary>
    public Decision Decide(ReinstallRequest request, LedgerState state, Moment at)
    {
        var window = _windows.Decide(request, at);
        return OwnRequestRule.Decide(request, state, at, _submissions)
            ?? targets.Decide(request)
            ?? FreshnessRule.Decide(request, at, options.Freshness)
            ?? TimingRule.Decide(request, state.Machine, at, _submissions)
            ?? HoldRule.Decide(request, state.Machine, at, _submissions)
            ?? AttemptRule.Decide(request, state.Machine, at, _submissions)
            ?? DryRunRule.Decide(request, window, _submissions)
            ?? window
            ?? (Decision)new Decision.Admit();
    }

    /// <summary>
    /// Decides about a request that the processor admitted and handed to this agent: once more by its targets and by what this agent itself did to the
    /// machine. All the rest is the processor's to decide. An agent makes no request wait: one with force is held by a push without it, too.
    /// </summary>
    public Decision DecideHandedOver(ReinstallRequest request, LedgerState state, Moment at) =>
        targets.Decide(request) ?? HoldRule.Decide(request with { Force = false }, state.Machine, at, _submissions) ?? (Decision)new Decision.Admit();

    /// <summary>What each rule says that needs no ledger, in their order, for somebody who asks why.</summary>
    public IReadOnlyList<(string Rule, Decision? Decision)> Explain(ReinstallRequest request, Moment at)
    {
        var window = _windows.Decide(request, at);
        return
        [
            ("targets", targets.Decide(request)),
            ("freshness", FreshnessRule.Decide(request, at, options.Freshness)),
            ("time", TimingRule.Decide(request, machine: null, at, _submissions)),
            ("dry run", DryRunRule.Decide(request, window, _submissions)),
            ("window", window),
        ];
    }

    /// <summary>Decides about an admitted request by the pauses: that of all sites, and that of its own.</summary>
    public Decision DecidePause(ReinstallRequest request, IEnumerable<SwitchState> pauses, Moment at) =>
        PauseRule.Decide(request, pauses.Select(pause => pause.Record), at, _submissions) ?? new Decision.Admit();

    /// <summary>What is to be noted of an admitted request before the storm brake decides.</summary>
    public Sighting SightingOf(ReinstallRequest request, SwitchState brake, Moment at) => StormRule.SightingOf(request, brake.Record, at, options.Storms);

    /// <summary>Decides about an admitted request by the storm brake of its site.</summary>
    public Decision DecideStorm(ReinstallRequest request, SwitchState brake, Sighted sighted, Moment at) =>
        StormRule.Decide(request, brake, sighted, at, options.Storms, _submissions.HeldLookAfter) ?? new Decision.Admit();

    /// <summary>The machine's record once an admitted request has claimed it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="machine">The record as it is.</param>
    /// <param name="at">The time.</param>
    /// <param name="command">What an agent is handed; its answer is waited for as long as the command says.</param>
    /// <param name="before">What the site shows of the machine now, when it was looked at.</param>
    public MachineRecord Claim(ReinstallRequest request, MachineRecord? machine, Moment at, AgentCommand? command = null, SiteView? before = null)
    {
        machine ??= new MachineRecord(request.LedgerKey);
        if (machine.Claim is { } abandoned)
        {
            machine = machine with
            {
                Abandoned = [.. machine.Abandoned.Where(claim => claim.LeaseUntil > at.Earliest - Pushed.Week), abandoned],
                Pushes = [.. machine.Pushes, abandoned.LeaseUntil],
            };
        }

        return machine with
        {
            Claim = new Claim(request.Id, at.Latest + (command is null ? _submissions.ClaimLease : command.AnswerBy - at.Now))
            {
                Command = command,
                WithoutForce = !request.Force,
                Before = before,
                EventTime = request.EventTime,
            },
            Waiting = machine.Waiting?.RequestId == request.Id ? machine.Waiting : null,
            Handed = command is null ? machine.Handed
                : [.. machine.Handed.Where(handed => handed.AnswerBy > at.Earliest - Pushed.Week && handed.RequestId != request.Id), Handed.Of(command)],
        };
    }

    /// <summary>What becomes of a request and its machine once its submission has ended with an answer.</summary>
    public SubmissionEnd Finish(ReinstallRequest request, MachineRecord? machine, SubmissionAnswer answer, Moment at)
    {
        machine ??= new MachineRecord(request.LedgerKey);
        var before = machine.Waiting is { } waiting && waiting.RequestId == request.Id ? waiting : null;

        // A claim that another request has taken over meanwhile is not ours to end.
        var claim = machine.Claim?.RequestId == request.Id ? machine.Claim : null;
        if (claim is not null) machine = machine with { Claim = null, Waiting = null };
        switch (answer.Verdict)
        {
            case SubmissionVerdict.Accepted or SubmissionVerdict.Unknown:
                machine = Pushed.MayHaveBeen(machine, Push.Of(request, claim, answer.Agents?.Before), at, _submissions);
                var outcome = answer.Verdict == SubmissionVerdict.Accepted ? Outcome.Accepted : Outcome.Indeterminate;
                return new SubmissionEnd(machine, new Verdict(outcome, answer.Reason, answer.Detail), machine.CoolDown!.Until);

            case SubmissionVerdict.NotSent:
                var (verdict, next, until) = RetryRule.Decide(request, before, answer, at, _submissions);
                return new SubmissionEnd(next is null ? machine : machine with { Waiting = next }, verdict, until);

            default:
                return new SubmissionEnd(machine, new Verdict(answer.Agents?.Outcome ?? Outcome.Failed, answer.Reason, answer.Detail), null);
        }
    }
}
