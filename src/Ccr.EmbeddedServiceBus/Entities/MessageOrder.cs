namespace Ccr.EmbeddedServiceBus.Entities;

/// <summary>The orders in which a queue looks at its messages.</summary>
internal static class MessageOrder
{
    public static readonly IComparer<StoredMessage> BySequenceNumber = Comparer<StoredMessage>.Create((a, b) => a.SequenceNumber.CompareTo(b.SequenceNumber));

    public static readonly IComparer<StoredMessage> ByExpiry = Comparer<StoredMessage>.Create((a, b) => Then(a.ExpiresAt.CompareTo(b.ExpiresAt), a, b));

    public static readonly IComparer<StoredMessage> BySchedule = Comparer<StoredMessage>.Create(
        (a, b) => Then(Nullable.Compare(a.ScheduledFor, b.ScheduledFor), a, b));

    private static int Then(int first, StoredMessage a, StoredMessage b) => first != 0 ? first : a.SequenceNumber.CompareTo(b.SequenceNumber);
}
