using System.Globalization;

namespace Ccr.Hosting.DeadLetters;

/// <summary>What a person does with dead letters. It is noted before the first of them is touched, and again at the end.</summary>
/// <param name="connection">The namespace.</param>
/// <param name="time">The clock.</param>
/// <param name="ledger">Where it is noted, or null where no ledger is at hand.</param>
/// <param name="people">Who does it; null with <paramref name="ledger"/>.</param>
public sealed class DeadLetterDesk(ServiceBusConnection connection, TimeProvider time, IOperatorLedger? ledger, LedgerOperator? people)
{
    /// <summary>
    /// Sends dead letters again and takes them from the queue, in this order: an interruption leaves one too many, which the request's id makes
    /// harmless, and never none.
    /// </summary>
    /// <param name="entity">Whose.</param>
    /// <param name="meant">Their sequence numbers.</param>
    /// <param name="why">Why.</param>
    /// <param name="progress">Is told now and then how many were done.</param>
    /// <param name="cancellationToken">Stops between two; what was done is noted all the same.</param>
    public async Task<DeadLettersTaken> RedriveAsync(
        DeadLetterEntity entity, IReadOnlySet<long> meant, string? why, Action<int>? progress, CancellationToken cancellationToken)
    {
        await using var sender = connection.CreateSender(entity.SendTo);
        return await TakeAsync("redrive", entity, meant, why, (letter, stop) => sender.SendAsync(entity.CopyOf(letter), stop), progress, cancellationToken);
    }

    /// <summary>Takes dead letters from the queue for good. What is to be kept of them is kept by <paramref name="export"/> first.</summary>
    /// <inheritdoc cref="RedriveAsync"/>
    public Task<DeadLettersTaken> DiscardAsync(
        DeadLetterEntity entity, IReadOnlySet<long> meant, string? why, Func<ServiceBusReceivedMessage, CancellationToken, Task> export,
        Action<int>? progress, CancellationToken cancellationToken) => TakeAsync("discard", entity, meant, why, export, progress, cancellationToken);

    private async Task<DeadLettersTaken> TakeAsync(
        string kind, DeadLetterEntity entity, IReadOnlySet<long> meant, string? why, Func<ServiceBusReceivedMessage, CancellationToken, Task> act,
        Action<int>? progress, CancellationToken cancellationToken)
    {
        var action = people is null ? null : people.Begin(kind, entity.Name, why) with
        {
            Count = meant.Count,
            Targets = [.. meant.Order().Take(OperatorAction.MostTargets).Select(number => number.ToString(CultureInfo.InvariantCulture))],
        };
        await NoteAsync(action, cancellationToken);
        var done = 0;
        try
        {
            await using var box = new DeadLetterBox(connection, entity, time);
            var taken = await box.TakeAsync(
                meant,
                async (letter, stop) =>
                {
                    await act(letter, stop);
                    done++;
                },
                async count =>
                {
                    progress?.Invoke(count);
                    await NoteAsync(action is null ? null : action with { Done = count }, CancellationToken.None);
                },
                cancellationToken);
            return taken;
        }
        finally
        {
            var outcome = done == meant.Count ? ActionOutcome.Done : done == 0 ? ActionOutcome.Failed : ActionOutcome.Partial;
            await NoteAsync(action is null ? null : action with { Done = done, Outcome = outcome }, CancellationToken.None);
        }
    }

    private async ValueTask NoteAsync(OperatorAction? action, CancellationToken cancellationToken)
    {
        if (ledger is not null && action is not null) await ledger.WriteActionAsync(action, cancellationToken);
    }
}
