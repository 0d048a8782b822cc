using Ccr.Core.Ledger;
using Ccr.Core.Results;
using Ccr.Core.Sites;
using Ccr.Core.Sites.Looks;
using Ccr.Core.Telemetry;
using Ccr.Core.Verification;
using Ccr.Core.Views;
using Microsoft.Extensions.Logging;

namespace Ccr.Core.Processing;

/// <summary>Sees whether pushes brought their clients back: looks, decides by the rules, records, publishes, and schedules the next look.</summary>
/// <remarks>
/// The ledger says which look is next. A look is recorded before anything of it is published, so whoever is stopped between leaves a message that comes
/// again, and finds it recorded: it publishes the same again under the same id, and schedules the same next look again. So each push ends in one final
/// verification, and none is forgotten.
/// </remarks>
public sealed class VerificationWorker(
    ILedgerStore ledger, SiteTable sites, LookDesk desk, ILookSender looks, IResultPublisher publisher, TimeProvider time,
    ILogger<VerificationWorker> logger)
{
    /// <summary>
    /// How long an agent's answer is waited for before it is asked the next question, which makes the answer to this one count no more: looks can follow each
    /// other faster than answers come home.
    /// </summary>
    private static readonly TimeSpan PatienceWithAgents = TimeSpan.FromSeconds(30);

    /// <summary>What the site shows of a machine before it is pushed; null when that is not known in time.</summary>
    public async Task<SiteView?> LookBeforeAsync(Site site, LookedFor machine, CancellationToken cancellationToken)
    {
        var answer = await desk.LookBeforeAsync(site, machine, cancellationToken);
        if (answer.Fault is { } fault) Log.NotLookedBefore(logger, machine.Machine, site.Key, fault.Code, answer.Detail);
        return answer.Of(machine);
    }

    /// <summary>Schedules the first look at a push that is awaited. A second one about the same push is the same message.</summary>
    public Task BeginAsync(Awaited awaited, string machine, string domain, CancellationToken cancellationToken) =>
        awaited is { Look: 1, IsOver: false } ? ScheduleAsync(awaited, machine, domain, cancellationToken) : Task.CompletedTask;

    /// <summary>Schedules the first look at the push of a request, if it is awaited and has not been looked at.</summary>
    public async Task BeginAsync(ReinstallResult result, CancellationToken cancellationToken)
    {
        if (result.Outcome is not (Outcome.Accepted or Outcome.Indeterminate) || result is not { Machine: { } machine, Domain: { } domain, Site: { } key }
            || !sites.TryFind(key, out var site) || site.Verification is null)
        {
            return;
        }

        var state = await ledger.ReadAsync(Machines.MachineKey.Of(domain, machine), result.RequestId, cancellationToken);
        if (state.Machine?.FindAwaited(result.RequestId) is { } awaited) await BeginAsync(awaited, machine, domain, cancellationToken);
    }

    /// <summary>Carries a look out; false when the ledger knows of no push that it is about.</summary>
    public async Task<bool> LookAsync(PendingLook look, CancellationToken cancellationToken)
    {
        LookAnswer? answer = null;
        while (true)
        {
            var state = await ledger.ReadAsync(look.LedgerKey, look.RequestId, cancellationToken);
            if (state is not { Machine: { } machine, Result: { } result }) return false;
            if (machine.FindAwaited(look.RequestId) is not { } awaited || look.Number > awaited.Look) return false;

            if (awaited.IsOver || look.Number < awaited.Look)
            {
                await RepeatAsync(look, awaited, cancellationToken);
                return true;
            }

            var site = sites.TryFind(awaited.Site, out var found) ? found : null;
            var later = machine.Awaited.SkipWhile(each => each != awaited).Skip(1).FirstOrDefault();
            var looksAtSite = later is null && site?.Verification is not null;
            var target = new LookedFor(look.Machine, look.Domain);
            if (looksAtSite && IsBeingAnswered(awaited)) answer ??= new LookAnswer(null, null, "") { Asked = awaited.Asked };
            else if (looksAtSite) answer ??= await desk.LookAsync(site!, target, cancellationToken);
            var now = time.GetUtcNow();
            var seen = answer ?? LookAnswer.Failed(LookReasons.NoWayToLook, "");
            var step = later is not null && site?.Verification is { } plan
                ? VerificationRules.EndByLater(awaited, result, later, plan, now)
                : VerificationRules.Decide(awaited, result, site?.Verification, seen, seen.Of(target), now);
            var next = step.Awaited with { Look = awaited.Look + 1, Asked = step.Awaited.IsOver ? null : answer?.Asked ?? step.Awaited.Asked };
            if (next.Asked != awaited.Asked) next = next with { AskedAt = now };
            if (!next.IsOver) next = next with { NextLook = VerificationRules.NextLook(next, site!.Verification!, now) };
            if (await ledger.TryWriteAsync(state, machine.Replace(next), null, cancellationToken) is null) continue;

            if (answer?.Fault is { } fault) Log.NotLooked(logger, look.Machine, awaited.Site, fault.Code, answer.Detail);
            if (step.Say is not null) await PublishAsync(step.Say, next, cancellationToken);
            if (!next.IsOver) await ScheduleAsync(next, look.Machine, look.Domain, cancellationToken);
            return true;
        }
    }

    /// <summary>Takes what an agent saw of a machine; false when nobody asked it that.</summary>
    public async Task<bool> TakeAsync(string nonce, string site, LookedFor machine, LookAnswer answer, CancellationToken cancellationToken)
    {
        var isAsked = false;
        var known = await ledger.ReadAsync(machine.Key, "", cancellationToken);
        foreach (var each in known.Machine?.Awaited.Where(awaited => awaited.Site == site) ?? [])
        {
            while (true)
            {
                var state = await ledger.ReadAsync(machine.Key, each.RequestId, cancellationToken);
                if (state is not { Machine: { } record, Result: { } result } || record.FindAwaited(each.RequestId) is not { } awaited) break;

                if (awaited.Answered == nonce)
                {
                    // Its message came again: what was said then may not have been published.
                    isAsked = true;
                    if (awaited.Said is { } said) await publisher.PublishAsync(ResultMessage.From(said), cancellationToken);
                    break;
                }

                if (awaited.Asked != nonce || awaited.IsOver) break;

                isAsked = true;
                var plan = sites.TryFind(site, out var found) ? found.Verification : null;
                var step = VerificationRules.Decide(awaited, result, plan, answer, answer.Of(machine), time.GetUtcNow());
                var next = step.Awaited with { Answered = nonce };
                if (await ledger.TryWriteAsync(state, record.Replace(next), null, cancellationToken) is null) continue;

                if (step.Say is not null) await PublishAsync(step.Say, next, cancellationToken);
                break;
            }
        }

        return isAsked;
    }

    private bool IsBeingAnswered(Awaited awaited) =>
        awaited is { Asked: { } asked, AskedAt: { } at } && asked != awaited.Answered && time.GetUtcNow() - at < PatienceWithAgents;

    /// <summary>The look was recorded before: what followed from the last one may not have been published or scheduled.</summary>
    private async Task RepeatAsync(PendingLook look, Awaited awaited, CancellationToken cancellationToken)
    {
        if (look.Number != awaited.Look - 1) return;

        if (awaited.Said is { } said) await publisher.PublishAsync(ResultMessage.From(said), cancellationToken);
        if (!awaited.IsOver) await ScheduleAsync(awaited, look.Machine, look.Domain, cancellationToken);
    }

    private Task ScheduleAsync(Awaited awaited, string machine, string domain, CancellationToken cancellationToken) =>
        looks.ScheduleAsync(new PendingLook(awaited.RequestId, machine, domain, awaited.Look), awaited.NextLook, cancellationToken);

    private async Task PublishAsync(VerificationResult said, Awaited awaited, CancellationToken cancellationToken)
    {
        await publisher.PublishAsync(ResultMessage.From(said), cancellationToken);
        Metrics.CountVerification(said);
        if (said.Outcome == VerificationOutcome.Verified) Metrics.RecordReturn(said.Site, said.Time - (awaited.EventTime ?? said.Pushed));
        Log.Verified(logger, said.Outcome, said.Reason, said.Machine, said.Site, said.RequestId);
    }
}
