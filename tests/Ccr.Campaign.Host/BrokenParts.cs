using System.Net;
using Ccr.Core.Ledger;
using Ccr.Core.ManagementPoints;
using Ccr.Core.Messaging;
using Ccr.Core.Results;

namespace Ccr.Campaign.Host;

/// <summary>The ways in which this host can be broken on purpose; the campaign must catch each.</summary>
public static class BrokenBuilds
{
    /// <summary>The claim is not written before the request is sent.</summary>
    public const string NoIntent = "no-intent";

    /// <summary>The message is completed before anything is done with it.</summary>
    public const string SettleFirst = "settle-first";

    /// <summary>The ledger answers before anything is on the disk, and a kill finds nothing there.</summary>
    public const string NoFlush = "no-flush";

    /// <summary>What may have reached the management point is taken for not sent, and sent again.</summary>
    public const string ResendUnknown = "resend-unknown";

    /// <summary>The request has no content, so that HttpClient sends it again by itself when a used connection dies.</summary>
    public const string NoContent = "no-content";

    /// <summary>Nobody remembers that a machine was pushed.</summary>
    public const string NoCoolDown = "no-cool-down";

    public static IReadOnlyList<string> All { get; } = [NoIntent, SettleFirst, NoFlush, ResendUnknown, NoContent, NoCoolDown];
}

/// <summary>A ledger of which a part is broken.</summary>
internal abstract class BrokenLedger(ILedgerStore inner) : LedgerAround(inner)
{
    public override ValueTask<ClaimAttempt> TryClaimAsync(
        LedgerState basis, MachineRecord machine, Sighting sighting, Func<Sighted, bool> mayPass, CancellationToken cancellationToken) =>
        throw new NotSupportedException("The storm brake is off in the campaign's broken builds.");
}

internal sealed class LedgerWithoutIntent(ILedgerStore inner) : BrokenLedger(inner)
{
    public override ValueTask<LedgerState?> TryWriteAsync(LedgerState basis, MachineRecord? machine, ReinstallResult? result, CancellationToken cancellationToken) =>
        result is null && machine?.Claim is not null
            ? ValueTask.FromResult<LedgerState?>(basis with { Machine = machine })
            : base.TryWriteAsync(basis, machine, result, cancellationToken);
}

internal sealed class LedgerWithoutCoolDown(ILedgerStore inner) : BrokenLedger(inner)
{
    public override async ValueTask<LedgerState> ReadAsync(string machineKey, string requestId, CancellationToken cancellationToken)
    {
        var state = await base.ReadAsync(machineKey, requestId, cancellationToken);
        return state with { Machine = state.Machine is { } machine ? machine with { CoolDown = null, Pushes = [] } : null };
    }
}

internal sealed class ResendingSubmitter(ISubmitter inner) : ISubmitter
{
    public async Task<SubmissionAnswer> SubmitAsync(ManagementPoint managementPoint, Submission submission, CancellationToken cancellationToken)
    {
        var answer = await inner.SubmitAsync(managementPoint, submission, cancellationToken);
        return answer.Verdict == SubmissionVerdict.Unknown ? answer with { Verdict = SubmissionVerdict.NotSent } : answer;
    }
}

/// <summary>What one writes without having read how HttpClient treats a request without content.</summary>
internal sealed class NaiveSubmitter(TimeProvider time) : ISubmitter, IDisposable
{
    private static readonly ReasonCode Reason = new("CCR3999", "The answer of a broken build", "None.");

    private readonly HttpClient _client = new();

    public async Task<SubmissionAnswer> SubmitAsync(ManagementPoint managementPoint, Submission submission, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var uri = new Uri(managementPoint.Address, $"/sms_mp/machine.ccr?mn={submission.Machine}&dn={submission.Domain}&fkey=True");
        try
        {
            using var request = new HttpRequestMessage(new HttpMethod("SMS_POST"), uri);
            using var response = await _client.SendAsync(request, cancellationToken);
            var verdict = response.StatusCode == HttpStatusCode.OK ? SubmissionVerdict.Accepted : SubmissionVerdict.Refused;
            return new SubmissionAnswer(verdict, Reason, $"{response.StatusCode}", (int)response.StatusCode, time.GetElapsedTime(started));
        }
        catch (HttpRequestException fault)
        {
            return new SubmissionAnswer(SubmissionVerdict.Unknown, Reason, fault.Message, null, time.GetElapsedTime(started));
        }
    }

    public void Dispose() => _client.Dispose();
}

/// <summary>The message was completed before; nothing is left to settle.</summary>
internal sealed class NothingToSettle : ISettlement
{
    public Task CompleteAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task AbandonAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task DeadLetterAsync(string reason, string description, CancellationToken cancellationToken) => Task.CompletedTask;
}
