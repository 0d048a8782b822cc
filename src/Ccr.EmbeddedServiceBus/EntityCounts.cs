namespace Ccr.EmbeddedServiceBus;

/// <summary>The messages of one queue, subscription or dead-letter queue, by what can happen to them next.</summary>
/// <param name="Active">Messages that the next receiver gets.</param>
/// <param name="Locked">Messages that a receiver holds.</param>
/// <param name="Deferred">Messages that are received only by their sequence number.</param>
/// <param name="Scheduled">Messages that become active later.</param>
/// <param name="DeadLetter">Messages in the dead-letter queue; zero for a dead-letter queue itself.</param>
public sealed record EntityCounts(int Active, int Locked, int Deferred, int Scheduled, int DeadLetter);
