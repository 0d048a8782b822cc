using Ccr.Core.Agents;
using Ccr.Core.Decisions;
using Ccr.Core.Decisions.Rules;
using Ccr.Core.Events;
using Ccr.Core.Ledger;
using Ccr.Core.Machines;
using Ccr.Core.Processing;
using Ccr.Core.Results;
using Ccr.Core.Sites;
using Ccr.Core.Sites.Looks;
using Ccr.Core.Telemetry;
using Ccr.Core.Text;
using Ccr.Core.Views;
using Microsoft.Extensions.Logging;

namespace Ccr.Core.Messaging;

/// <summary>Brings the results that agents publish home to the ledger. What is recorded first counts.</summary>
/// <remarks>
/// Nobody is believed for being able to send to the topic: a result is signed with a key of its site, and the machine's record says that this request
/// was handed to an agent of this site.
/// </remarks>
public sealed class AgentResultHandler(
    ILedgerStore ledger, SiteTable sites, IResultPublisher publisher, VerificationWorker verifications, SubmissionOptions submissions, TimeProvider time,
    ILogger<AgentResultHandler> logger)
{
    /// <summary>By how much the clocks of a well-kept network may differ at the most.</summary>
    private static readonly TimeSpan LargestSkew = TimeSpan.FromHours(1);

    /// <summary>Handles one message of the results topic.</summary>
    public Task HandleAsync(IncomingEvent message, ISettlement settlement, CancellationToken cancellationToken) =>
        Settling.RunAsync(settlement, logger, time, async () =>
        {
            var (result, refusal) = Read(message);
            if (result is null)
            {
                if (LookReport.Read(message.Body.Span) is { } report) refusal = await TakeAsync(message, report, cancellationToken);
                else if (AgentHeartbeat.Read(message.Body.Span) is { } beat) refusal = await HearAsync(message, beat, cancellationToken);
            }
            else if (!await RecordAsync(result, cancellationToken))
            {
                refusal = MessagingReasons.ResultNotAsked;
            }
            else
            {
                await verifications.BeginAsync(result, cancellationToken);
            }

            if (refusal is null) await settlement.CompleteAsync(CancellationToken.None);
            else await Settling.RefuseAsync(settlement, refusal, message.MessageId, logger);
        }, cancellationToken);

    /// <summary>Takes what an agent saw. What is about no machine that was asked about is left out.</summary>
    private async Task<ReasonCode?> TakeAsync(IncomingEvent message, LookReport report, CancellationToken cancellationToken)
    {
        if (!sites.TryFind(report.Site, out var site) || !AgentResult.IsValid(message.Body, message.Properties, site.SigningKeys, site.AllowUnsigned))
            return MessagingReasons.ResultNotProven;

        var isAsked = false;
        foreach (var (key, view) in report.Views ?? new Dictionary<string, SiteView>(StringComparer.Ordinal))
        {
            if (key.Split('\\') is not [var domain, var machine]) continue;
            var answer = LookAnswer.Of(new Dictionary<string, SiteView>(StringComparer.Ordinal) { [key] = view });
            isAsked |= await verifications.TakeAsync(report.Nonce, site.Key, new LookedFor(machine, domain), answer, cancellationToken);
        }

        if (report.Fault is { } fault) Log.AgentNotLooked(logger, SafeText.Escape(report.Agent), site.Key, SafeText.Escape(fault, maxLength: 300));
        return isAsked || report.Views is null ? null : MessagingReasons.ReportNotAsked;
    }

    /// <summary>Notes that an agent was heard. What comes late, or again, says nothing of now, and is dropped.</summary>
    private async Task<ReasonCode?> HearAsync(IncomingEvent message, AgentHeartbeat beat, CancellationToken cancellationToken)
    {
        if (!sites.TryFind(beat.Site, out var site) || !AgentResult.IsValid(message.Body, message.Properties, site.SigningKeys, site.AllowUnsigned))
            return MessagingReasons.ResultNotProven;

        var now = time.GetUtcNow();
        if ((now - beat.Time).Duration() > AgentHeartbeat.GoodFor)
        {
            Log.HeartbeatDropped(logger, SafeText.Escape(beat.Agent, maxLength: 100), site.Key, beat.Time);
            return null;
        }

        // Its own time, if that is earlier: a message that is sent again does not make an agent live longer.
        var heard = new AgentHeard(site.Key, SafeText.Escape(beat.Agent, maxLength: 100), beat.Time < now ? beat.Time : now)
        {
            SaidAt = beat.Time,
            Version = Cut(beat.Version),
            State = Cut(beat.State),
            InHand = beat.InHand,
            OldestCommand = beat.LagSeconds is >= 0 and < 1e8 and { } lag ? TimeSpan.FromSeconds(lag) : null,
            LastFault = Cut(beat.LastFault),
            LastFaultAt = beat.LastFaultAt,
            LeftAlone = Cut(beat.LeftAlone),
            LeftAloneUntil = beat.LeftAloneUntil,
        };
        await ledger.WriteAgentAsync(heard, cancellationToken);
        return null;

        static string? Cut(string? text) => text is null ? null : SafeText.Escape(text, maxLength: 100);
    }

    /// <summary>Reads a message, and trusts nothing in it.</summary>
    private (ReinstallResult? Result, ReasonCode? Refusal) Read(IncomingEvent message)
    {
        if (ResultMessage.Read(message.Body.Span) is not { Agent: not null, Site: { } key } result
            || !Enum.IsDefined(result.Outcome) || !result.Outcome.IsTerminal()
            || !MachineName.TryParse(result.Machine, out var machine, out _) || !DomainName.TryParse(result.Domain, out var domain, out _))
        {
            return (null, MessagingReasons.NotAResult);
        }

        return sites.TryFind(key, out var site) && AgentResult.IsValid(message.Body, message.Properties, site.SigningKeys, site.AllowUnsigned)
            ? (result with { Machine = machine.Value, Domain = domain.Value }, null)
            : (null, MessagingReasons.ResultNotProven);
    }

    /// <summary>Records a result; false when its request was not handed to an agent of its site.</summary>
    private async Task<bool> RecordAsync(ReinstallResult result, CancellationToken cancellationToken)
    {
        var key = MachineKey.Of(result.Domain!, result.Machine!);
        while (true)
        {
            var state = await ledger.ReadAsync(key, result.RequestId, cancellationToken);
            if (state.Machine?.FindHanded(result.RequestId, result.Site!) is not { } handed) return false;

            if (state.Result is { } earlier)
            {
                if (await RecordLateAsync(state, handed, earlier, result, cancellationToken)) return true;
                continue;
            }

            // Whether it is late is decided here: the agent only knows how long it was to be waited for.
            var inTime = result with { Late = false };
            if (await ledger.TryWriteAsync(state, AfterResult(state.Machine, inTime), inTime, cancellationToken) is null) continue;
            if (result.Late) await publisher.PublishAsync(ResultMessage.From(inTime), cancellationToken);
            return true;
        }
    }

    /// <summary>
    /// A result that comes after the request was given up changes no answer, but it is told, and the machine was pushed all the same. It holds the
    /// machine once, however often it comes.
    /// </summary>
    private async Task<bool> RecordLateAsync(
        LedgerState state, Handed handed, ReinstallResult earlier, ReinstallResult result, CancellationToken cancellationToken)
    {
        if (result with { Late = false } == earlier) return true;

        if (MayHaveArrived(result) && !handed.Counted)
        {
            var machine = state.Machine!.CoolDown?.RequestId == result.RequestId ? state.Machine : AfterResult(state.Machine, result);
            if (await ledger.TryWriteAsync(state, machine.Count(handed), null, cancellationToken) is null) return false;
        }

        if (!result.Late) await publisher.PublishAsync(ResultMessage.From(result with { Late = true }), cancellationToken);
        return true;
    }

    private MachineRecord AfterResult(MachineRecord machine, ReinstallResult result)
    {
        var force = machine.Claim is not { WithoutForce: true };
        var eventTime = machine.Claim?.RequestId == result.RequestId ? machine.Claim.EventTime : null;
        if (machine.Claim?.RequestId == result.RequestId) machine = machine with { Claim = null, Waiting = null };

        // An agent's clock that is behind must not shorten the cool-down, nor one that is a year ahead hold the machine for that year: what has arrived
        // here was sent before.
        var now = time.GetUtcNow();
        var at = Moment.Exactly(result.Time > now && result.Time - now < LargestSkew ? result.Time : now);
        return MayHaveArrived(result) && sites.TryFind(result.Site, out var site)
            ? Pushed.MayHaveBeen(machine, new Push(result.RequestId, force, site, eventTime, result.Before), at, submissions)
            : machine;
    }

    private static bool MayHaveArrived(ReinstallResult result) => result.Outcome is Outcome.Accepted or Outcome.Indeterminate;
}
