using Ccr.Core.Ledger;
using Ccr.Core.Messaging;
using Ccr.Core.Processing;
using Ccr.Core.Results;
using Ccr.Core.Sites;

namespace Ccr.TestHost.Processor;

internal sealed class CrashingLedger(ILedgerStore inner, CrashPoint crash) : LedgerAround(inner)
{
    public override ValueTask<LedgerState> ReadAsync(string machineKey, string requestId, CancellationToken cancellationToken)
    {
        crash.Pass(CrashPoints.BeforeRead);
        return base.ReadAsync(machineKey, requestId, cancellationToken);
    }

    public override async ValueTask<LedgerState?> TryWriteAsync(
        LedgerState basis, MachineRecord? machine, ReinstallResult? result, CancellationToken cancellationToken)
    {
        var (before, after) = result is not null
            ? (CrashPoints.BeforeRecord, CrashPoints.AfterRecord)
            : machine?.Claim is not null ? (CrashPoints.BeforeClaim, CrashPoints.AfterClaim)
            : machine is { Awaited.Count: > 0 } ? (CrashPoints.BeforeLookRecord, CrashPoints.AfterLookRecord)
            : ("", "");
        crash.Pass(before);
        var written = await base.TryWriteAsync(basis, machine, result, cancellationToken);
        if (written is not null) crash.Pass(after);
        return written;
    }

    public override async ValueTask<ClaimAttempt> TryClaimAsync(
        LedgerState basis, MachineRecord machine, Sighting sighting, Func<Sighted, bool> mayPass, CancellationToken cancellationToken)
    {
        crash.Pass(CrashPoints.BeforeClaim);
        var attempt = await base.TryClaimAsync(basis, machine, sighting, mayPass, cancellationToken);
        if (attempt.State is not null) crash.Pass(CrashPoints.AfterClaim);
        return attempt;
    }
}

internal sealed class CrashingSubmitter(ISubmitter inner, CrashPoint crash, TimeProvider time) : ISubmitter
{
    /// <summary>The management point of such a run holds its answer back for longer, so that the request has certainly arrived and is not answered.</summary>
    private static readonly TimeSpan IsOnItsWay = TimeSpan.FromMilliseconds(400);

    public Task<SubmissionAnswer?> AskAsync(ManagementPoint managementPoint, Submission submission, CancellationToken cancellationToken) =>
        inner.AskAsync(managementPoint, submission, cancellationToken);

    public async Task<SubmissionAnswer> SubmitAsync(ManagementPoint managementPoint, Submission submission, CancellationToken cancellationToken)
    {
        crash.Pass(CrashPoints.BeforeSend);
        var answering = inner.SubmitAsync(managementPoint, submission, cancellationToken);
        if (crash.Is(CrashPoints.WhileSending))
        {
            await Task.Delay(IsOnItsWay, time, cancellationToken);
            crash.Pass(CrashPoints.WhileSending);
        }

        var answer = await answering;
        crash.Pass(CrashPoints.AfterAnswer);
        return answer;
    }
}

internal sealed class CrashingPublisher(IResultPublisher inner, CrashPoint crash) : IResultPublisher
{
    public async Task PublishAsync(ResultMessage message, CancellationToken cancellationToken)
    {
        var (before, after) = ResultMessage.ReadVerification(message.Body.Span) is null
            ? (CrashPoints.BeforePublish, CrashPoints.AfterPublish)
            : (CrashPoints.BeforeVerification, CrashPoints.AfterVerification);
        crash.Pass(before);
        await inner.PublishAsync(message, cancellationToken);
        crash.Pass(after);
    }
}

internal sealed class CrashingLookSender(ILookSender inner, CrashPoint crash) : ILookSender
{
    public async Task ScheduleAsync(PendingLook look, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var (before, after) = look.Number == 1
            ? (CrashPoints.BeforeFirstLook, CrashPoints.AfterFirstLook)
            : (CrashPoints.BeforeNextLook, CrashPoints.AfterNextLook);
        crash.Pass(before);
        await inner.ScheduleAsync(look, at, cancellationToken);
        crash.Pass(after);
    }
}

internal sealed class CrashingSender(IRequestSender inner, CrashPoint crash) : IRequestSender
{
    public async Task SendAsync(OutgoingEvent message, CancellationToken cancellationToken)
    {
        crash.Pass(CrashPoints.BeforeCopy);
        await inner.SendAsync(message, cancellationToken);
        crash.Pass(CrashPoints.AfterCopy);
    }
}

internal sealed class CrashingSettlement(
    ISettlement inner, CrashPoint crash, string before = CrashPoints.BeforeComplete, string after = CrashPoints.AfterComplete) : ISettlement
{
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        crash.Pass(before);
        await inner.CompleteAsync(cancellationToken);
        crash.Pass(after);
    }

    public Task AbandonAsync(CancellationToken cancellationToken) => inner.AbandonAsync(cancellationToken);

    public async Task DeadLetterAsync(string reason, string description, CancellationToken cancellationToken)
    {
        crash.Pass(CrashPoints.BeforeDeadLetter);
        await inner.DeadLetterAsync(reason, description, cancellationToken);
        crash.Pass(CrashPoints.AfterDeadLetter);
    }
}
