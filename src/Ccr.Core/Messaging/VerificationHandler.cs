using Ccr.Core.Events;
using Ccr.Core.Machines;
using Ccr.Core.Processing;
using Microsoft.Extensions.Logging;

namespace Ccr.Core.Messaging;

/// <summary>Takes looks that are due off the queue <see cref="Entities.Verifications"/>.</summary>
public sealed class VerificationHandler(VerificationWorker worker, TimeProvider time, ILogger<VerificationHandler> logger)
{
    /// <summary>Handles one message. Whatever happens, it is settled, or was lost to another receiver.</summary>
    public Task HandleAsync(IncomingEvent message, ISettlement settlement, CancellationToken cancellationToken) =>
        Settling.RunAsync(settlement, logger, time, async () =>
        {
            var look = PendingLook.Read(message.Body.Span);
            var refusal = look is null || !MachineName.TryParse(look.Machine, out _, out _) || !DomainName.TryParse(look.Domain, out _, out _)
                ? MessagingReasons.NotALook
                : await worker.LookAsync(look, cancellationToken) ? null : MessagingReasons.LookNotAwaited;
            if (refusal is null) await settlement.CompleteAsync(CancellationToken.None);
            else await Settling.RefuseAsync(settlement, refusal, message.MessageId, logger);
        }, cancellationToken);
}
