using Ccr.ServiceBus.Keeping;

namespace Ccr.ServiceBus.Receiving;

/// <summary>The lock of one message, kept for as long as its handler runs.</summary>
internal sealed class MessageLock(
    ServiceBusConnection connection, ReceivedMessage message, MessageSettlement settlement, TimeSpan maxRenewal)
    : Renewal(LockRenewal.DueAt(connection.Time.GetUtcNow(), message.LockedUntil))
{
    private readonly DateTimeOffset _until = connection.Time.GetUtcNow() + maxRenewal;

    /// <inheritdoc/>
    protected override async Task<DateTimeOffset> RenewAsync(CancellationToken cancellationToken)
    {
        var lockedUntil = await settlement.RenewLockAsync(cancellationToken);
        var due = LockRenewal.DueAt(connection.Time.GetUtcNow(), lockedUntil);
        return due < _until ? due : DateTimeOffset.MaxValue;
    }

    /// <inheritdoc/>
    protected override bool OnNews(MessagingException fault)
    {
        // A message that is settled meanwhile has no lock any more, and that is as it should be.
        if (!settlement.IsOpen && !settlement.IsLockLost) return false;
        Log.RenewalFailed(connection.Logger, message.MessageId, message.SequenceNumber, fault.Message);
        connection.ReportFault(fault);
        return fault.IsTransient;
    }
}
