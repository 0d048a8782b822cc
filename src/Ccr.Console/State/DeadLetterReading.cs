using Azure.Messaging.ServiceBus;
using Ccr.Hosting.DeadLetters;
using Ccr.Hosting.ServiceBus;

namespace Ccr.Console.State;

/// <summary>Looks at the dead letters of all our entities and groups them by cause. A count of the broker's would ask for the right to manage it.</summary>
internal sealed class DeadLetterReading(ServiceBusConnection connection, ConsoleState state, TimeProvider time)
{
    /// <summary>How many of an entity are looked at.</summary>
    public const int Most = 1000;

    private const int PageSize = 250;

    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        var causes = new List<DeadLetterCause>();
        foreach (var entity in DeadLetterEntity.All)
        {
            await using var box = new DeadLetterBox(connection, entity, time);
            causes.AddRange(Group(entity, await PeekAsync(box, cancellationToken)));
        }

        state.Update(now => now with { DeadLetters = [.. causes.OrderByDescending(cause => cause.Numbers.Count)] });
    }

    private static async Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekAsync(DeadLetterBox box, CancellationToken cancellationToken)
    {
        var letters = new List<ServiceBusReceivedMessage>();
        while (letters.Count < Most)
        {
            var next = letters is [.., var last] ? last.SequenceNumber + 1 : 0;
            if (await box.PeekAsync(next, PageSize, cancellationToken) is not { Count: > 0 } page) break;
            letters.AddRange(page);
        }

        return letters;
    }

    private static IEnumerable<DeadLetterCause> Group(DeadLetterEntity entity, IReadOnlyList<ServiceBusReceivedMessage> letters) => letters
        .GroupBy(letter => letter.DeadLetterReason ?? "(no reason)", StringComparer.Ordinal)
        .Select(cause => new DeadLetterCause(
            entity.Name, cause.Key, [.. cause.Select(letter => letter.SequenceNumber)], cause.Min(letter => letter.EnqueuedTime),
            cause.Max(letter => letter.EnqueuedTime), letters.Count >= Most));
}
