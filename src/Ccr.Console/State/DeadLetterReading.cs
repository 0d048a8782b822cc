using Azure.Messaging.ServiceBus;
using Ccr.Hosting.DeadLetters;
using Ccr.Hosting.ServiceBus;

namespace Ccr.Console.State;

/// <summary>Looks at the dead letters of all our entities and groups them by cause. A count of the broker's would ask for the right to manage it.</summary>
internal sealed class DeadLetterReading(ServiceBusConnection connection, ConsoleState state, TimeProvider time)
{
    /// <summary>How many of an entity are looked at.</summary>
    public const int Most = 1000;

    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        var causes = new List<DeadLetterCause>();
        foreach (var entity in DeadLetterEntity.All)
        {
            await using var box = new DeadLetterBox(connection, entity, time);
            causes.AddRange(Group(entity, await box.PeekAllAsync(cancellationToken).Take(Most).ToListAsync(cancellationToken)));
        }

        state.Update(now => now with { DeadLetters = [.. causes.OrderByDescending(cause => cause.Numbers.Count)] });
    }

    private static IEnumerable<DeadLetterCause> Group(DeadLetterEntity entity, List<ServiceBusReceivedMessage> letters) => letters
        .GroupBy(DeadLetterBox.ReasonOf, StringComparer.Ordinal)
        .Select(cause => new DeadLetterCause(
            entity.Name, cause.Key, [.. cause.Select(letter => letter.SequenceNumber)], cause.Min(letter => letter.EnqueuedTime),
            cause.Max(letter => letter.EnqueuedTime), letters.Count >= Most));
}
