using System.Globalization;
using Azure.Messaging.ServiceBus;
using Ccr.Cli.DeadLetters;

namespace Ccr.Cli.Commands;

/// <summary><c>ccr dead-letters redrive</c> and <c>discard</c>: what a person decides about messages that could not be handled.</summary>
internal static class DeadLettersTakeCommands
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    private static readonly Argument<long[]> Numbers = new("NUMBER")
    {
        Description = "The sequence numbers, as the list shows them",
        Arity = ArgumentArity.ZeroOrMore,
    };
    private static readonly Option<string?> Reason = new("--reason") { Description = "All with this dead-letter reason", HelpName = "CODE" };
    private static readonly Option<bool> All = new("--all") { Description = "All of them, as they are now" };
    private static readonly Option<string?> Why = new("--why")
    {
        Description = "Why, for whoever asks who did it: an incident's number, for example",
        HelpName = "TEXT",
    };
    private static readonly Option<TimeSpan?> Wait = new("--wait")
    {
        Description = "How long to wait, once they are sent, for those that become dead letters again, for example 1m; by default 10s",
        HelpName = "DURATION",
    };
    private static readonly Option<string?> Export = new("--export")
    {
        Description = "The file that they are kept in, one JSON object a line; it must not exist yet",
        HelpName = "FILE",
    };

    public static Command CreateRedrive(CommandLine line) => Create(
        line, "redrive", "Sends them again. They are decided again: cool-downs and rules apply.", [Wait],
        async (taking, stop) =>
        {
            var sent = new Dictionary<string, long>(StringComparer.Ordinal);
            foreach (var letter in taking.Meant) sent[DeadLetterRedrive.NewIdOf(letter.EnqueuedTime, letter.SequenceNumber)] = letter.SequenceNumber;
            var taken = await taking.Desk.RedriveAsync(taking.Entity, taking.Set, taking.Why, taking.Progress, stop);
            foreach (var left in sent.Where(each => taken.Left.Contains(each.Value)).ToList()) sent.Remove(left.Key);

            taking.Report.Say(
                $"Sent {DeadLetterArguments.Count(taken.Count, "dead letter")} again.", "redriven",
                new Dictionary<string, object?> { ["sequenceNumbers"] = sent.Values.Order() });
            if (taken.Count > 0 && taking.Entity == DeadLetterEntity.Requests)
                await ReportBackAsync(taking, sent.Keys.ToHashSet(StringComparer.Ordinal), line.Time, stop);
            return taken;
        });

    public static Command CreateDiscard(CommandLine line) => Create(
        line, "discard", "Deletes them for good, once they stand in a file. A result that was published for one stays.", [Export],
        async (taking, stop) =>
        {
            var path = taking.Arguments.GetValue(Export)
                ?? throw new UserErrorException(CliReasons.BadArgument, "--export FILE is missing: deleted is deleted");
            await using var file = Create(path);
            var taken = await taking.Desk.DiscardAsync(
                taking.Entity, taking.Set, taking.Why, (letter, _) => file.KeepAsync(letter), taking.Progress, stop);
            taking.Report.Say(
                $"Discarded {DeadLetterArguments.Count(taken.Count, "dead letter")}; they stand in {path}.", "discarded",
                new Dictionary<string, object?> { ["count"] = taken.Count, ["file"] = path });
            return taken;
        });

    private static DeadLetterFile Create(string path)
    {
        try
        {
            return DeadLetterFile.Create(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(CliReasons.BadArgument, $"--export: {fault.Message}");
        }
    }

    private static Command Create(
        CommandLine line, string name, string description, Option[] options, Func<Taking, CancellationToken, Task<DeadLettersTaken>> take)
    {
        var ledger = new LedgerArguments();
        Symbol[] symbols = [Numbers, Reason, All, Why, .. options];
        var command = DeadLetterArguments.Create(line, name, description, symbols, async (connection, entity, arguments, stop) =>
        {
            var numbers = arguments.GetValue(Numbers)!.ToHashSet();
            var code = arguments.GetValue(Reason);
            await using var box = new DeadLetterBox(connection, entity, line.Time);
            var meant = await box.PeekAllAsync(stop)
                .Where(letter => arguments.GetValue(All) || numbers.Contains(letter.SequenceNumber) || (code is not null && letter.DeadLetterReason == code))
                .ToListAsync(stop);
            var report = line.ReportFor(arguments);
            var taken = await ledger.OperateOrNotAsync(line, arguments, async (people, store) =>
            {
                if (people is null) line.Complain($"{CliReasons.NotNoted.Code}: {CliReasons.NotNoted.Meaning}. {CliReasons.NotNoted.Remedy}");
                var desk = new DeadLetterDesk(connection, line.Time, store, people);
                return await take(new Taking(entity, box, desk, meant, arguments.GetValue(Why), arguments, report), stop);
            }, stop);

            numbers.ExceptWith(meant.Select(letter => letter.SequenceNumber));
            if (taken.IsBlocked)
            {
                throw new UserErrorException(
                    CliReasons.NoSuchDeadLetter,
                    string.Create(CultureInfo.InvariantCulture, $"{taken.Left.Count} of {entity.Name} cannot be come to: more than ")
                        + string.Create(CultureInfo.InvariantCulture, $"{DeadLetterBox.MostOthers} others stand before them; redrive or discard those first"),
                    ExitCode.Failed);
            }

            numbers.UnionWith(taken.Left);
            return numbers.Count == 0 ? ExitCode.Done : throw DeadLetterArguments.Missing(entity, numbers);
        });
        ledger.AddTo(command);
        command.Validators.Add(arguments =>
        {
            if (arguments.GetValue(Numbers) is not { Length: > 0 } && arguments.GetValue(Reason) is null && !arguments.GetValue(All))
                arguments.AddError("Say which dead letters: by NUMBER, --reason or --all.");
        });
        return command;
    }

    /// <summary>Says which came back, once all were handled or nobody wants to wait any longer.</summary>
    private static async Task ReportBackAsync(Taking taking, HashSet<string> sent, TimeProvider time, CancellationToken stop)
    {
        var (since, patience) = (time.GetTimestamp(), taking.Arguments.GetValue(Wait) ?? TimeSpan.FromSeconds(10));
        var (back, waiting) = await taking.Box.FindAgainAsync(sent, stop);
        while (waiting > 0 && time.GetElapsedTime(since) < patience)
        {
            await Task.Delay(BetweenLooks, time, stop);
            (back, waiting) = await taking.Box.FindAgainAsync(sent, stop);
        }

        var reasons = back.CountBy(DeadLetterText.ReasonOf).OrderByDescending(reason => reason.Value).ToDictionary();
        var why = string.Join(", ", reasons.Select(reason => string.Create(CultureInfo.InvariantCulture, $"{reason.Value} {reason.Key}")));
        var still = waiting == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" {waiting} still on {Entities.Requests}.");
        taking.Report.Say(
            (back.Count == 0 ? "None came back." : $"Came back: {why}.") + still, "cameBack",
            new Dictionary<string, object?>
            {
                ["count"] = back.Count,
                ["reasons"] = reasons,
                ["sequenceNumbers"] = back.Select(letter => letter.SequenceNumber),
                ["waiting"] = waiting,
            });
    }

    /// <summary>What is to be taken, by whom and why.</summary>
    private sealed record Taking(
        DeadLetterEntity Entity, DeadLetterBox Box, DeadLetterDesk Desk, IReadOnlyList<ServiceBusReceivedMessage> Meant, string? Why, ParseResult Arguments,
        IReport Report)
    {
        /// <summary>Fixed when they were looked at: what is dead-lettered meanwhile is left alone.</summary>
        public HashSet<long> Set { get; } = [.. Meant.Select(letter => letter.SequenceNumber)];

        public void Progress(int done) => Report.Say(
            string.Create(CultureInfo.InvariantCulture, $"{done} of {Meant.Count} ..."), "progress",
            new Dictionary<string, object?> { ["sent"] = done, ["of"] = Meant.Count });
    }
}
