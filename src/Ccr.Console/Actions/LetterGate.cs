using System.Globalization;
using Ccr.Hosting.DeadLetters;
using Ccr.Hosting.ServiceBus;

namespace Ccr.Console.Actions;

/// <summary>
/// The one way to send dead letters again or to delete them. It goes on when the tab that asked is closed; the action says how far it came. The letters are
/// named by their numbers, which were fixed when the dialog was opened: whatever died since is left alone.
/// </summary>
internal sealed class LetterGate(DeadLetterDesk desk, OperatorGate gate, ServiceBusConnection connection, ConsoleOptions options, TimeProvider time)
{
    /// <summary>More than so many need their number typed.</summary>
    public const int Many = 100;

    /// <summary>What is typed to delete letters.</summary>
    public const string Word = "discard";

    /// <summary>Sends letters again.</summary>
    public Task<GateAnswer> RedriveAsync(DeadLetterEntity entity, IReadOnlyList<long> numbers, string typed, string reason, Action<int> progress) =>
        numbers.Count > Many && typed.Trim() != numbers.Count.ToString(CultureInfo.InvariantCulture)
            ? Task.FromResult(GateAnswer.Refused($"Type the number of letters: {numbers.Count}."))
            : gate.TryAsync(ConsoleRights.Redrive, reason, async () =>
            {
                if (await FindBlockAsync(entity, numbers) is { } block) return block;
                return AnswerOf(
                    await desk.RedriveAsync(entity, numbers.ToHashSet(), reason.Trim(), progress, CancellationToken.None), "sent again", "");
            });

    /// <summary>Deletes letters; each stands in a file before it is gone.</summary>
    public Task<GateAnswer> DiscardAsync(DeadLetterEntity entity, IReadOnlyList<long> numbers, string typed, string reason, Action<int> progress) =>
        typed.Trim() != Word
            ? Task.FromResult(GateAnswer.Refused($"Type {Word}."))
            : gate.TryAsync(ConsoleRights.Discard, reason, async () =>
            {
                if (await FindBlockAsync(entity, numbers) is { } block) return block;
                var path = Path.Combine(options.DiscardedFolder, $"{entity.Name.Replace('/', '-')}-{time.GetUtcNow():yyyyMMdd'T'HHmmssfff}.jsonl");
                try
                {
                    Directory.CreateDirectory(options.DiscardedFolder);
                    await using var file = DeadLetterFile.Create(path);
                    var taken = await desk.DiscardAsync(
                        entity, numbers.ToHashSet(), reason.Trim(), (letter, _) => file.KeepAsync(letter), progress, CancellationToken.None);
                    return AnswerOf(taken, "deleted", $" They stand in {path}.");
                }
                catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
                {
                    return GateAnswer.Refused($"They could not be kept in {path}, so no more are deleted: {fault.Message}");
                }
            });

    private static GateAnswer AnswerOf(DeadLettersTaken taken, string what, string where)
    {
        if (taken.Left.Count == 0) return GateAnswer.Done($"{taken.Count} were {what}.{where}");
        var why = taken.IsBlocked ? "too many others stand before them" : "they are gone, or somebody else has them";
        return GateAnswer.Conflict($"{taken.Count} were {what}, {taken.Left.Count} were not: {why}.{where}");
    }

    /// <summary>
    /// A letter can only be taken after those before it were, and only so many of them can be held meanwhile. That is found out by looking, which is quick,
    /// and not by taking, which would hold the others for a long time.
    /// </summary>
    private async Task<GateAnswer?> FindBlockAsync(DeadLetterEntity entity, IReadOnlyList<long> numbers)
    {
        await using var box = new DeadLetterBox(connection, entity, time);
        var before = await box.PeekAllAsync(CancellationToken.None).TakeWhile(letter => letter.SequenceNumber < numbers[0])
            .Take(DeadLetterBox.MostOthers).CountAsync();
        return before < DeadLetterBox.MostOthers ? null : GateAnswer.Refused(
            $"{DeadLetterBox.MostOthers} others or more stand before {(numbers.Count == 1 ? "it" : "them")}, and Service Bus gives them in their order: "
            + "redrive or discard those first. Nothing was done.");
    }
}
