namespace Ccr.Console.State;

/// <summary>The dead letters of one entity that have a cause in common, as far as they were looked at.</summary>
/// <param name="Entity">Whose they are.</param>
/// <param name="Reason">The dead-letter reason.</param>
/// <param name="Numbers">Their sequence numbers, oldest first.</param>
/// <param name="First">When the first was enqueued.</param>
/// <param name="Last">When the last was.</param>
/// <param name="IsMore">Whether the entity has more letters than were looked at.</param>
internal sealed record DeadLetterCause(
    string Entity, string Reason, IReadOnlyList<long> Numbers, DateTimeOffset First, DateTimeOffset Last, bool IsMore);
