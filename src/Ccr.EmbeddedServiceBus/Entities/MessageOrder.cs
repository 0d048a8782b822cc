namespace Ccr.EmbeddedServiceBus.Entities;

/// <summary>The orders in which a queue looks at its messages.</summary>
internal static class MessageOrder
{
    public static readonly IComparer<StoredMessage> BySequenceNumber = Order((a, b) => a.SequenceNumber.CompareTo(b.SequenceNumber));
    public static readonly IComparer<StoredMessage> ByExpiry = Order((a, b) => Then(a.ExpiresAt.CompareTo(b.ExpiresAt), a, b));
    public static readonly IComparer<StoredMessage> BySchedule = Order((a, b) => Then(Nullable.Compare(a.ScheduledFor, b.ScheduledFor), a, b));

    private static Comparer<StoredMessage> Order(Comparison<StoredMessage> comparison) => Comparer<StoredMessage>.Create(comparison);

    private static int Then(int first, StoredMessage a, StoredMessage b) => first != 0 ? first : a.SequenceNumber.CompareTo(b.SequenceNumber);
}
