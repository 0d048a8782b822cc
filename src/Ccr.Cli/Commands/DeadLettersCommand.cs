using System.Globalization;
using Ccr.Cli.DeadLetters;

namespace Ccr.Cli.Commands;

/// <summary><c>ccr dead-letters list</c> and <c>show</c>: what could not be handled.</summary>
internal static class DeadLettersCommand
{
    public static Command Create(CommandLine line) => new(
        "dead-letters", "Messages that could not be handled: list them, show one, send them again, discard them.")
    {
        CreateList(line),
        CreateShow(line),
        DeadLettersTakeCommands.CreateRedrive(line),
        DeadLettersTakeCommands.CreateDiscard(line),
    };

    private static Command CreateList(CommandLine line)
    {
        var reason = new Option<string?>("--reason") { Description = "Only those with this dead-letter reason", HelpName = "CODE" };
        var since = new Option<string?>("--since")
        {
            Description = "Only those whose event was enqueued since: 2026-11-25, 2026-11-25T18:00Z, or so long ago: 90m, 36h, 7d",
            HelpName = "TIME",
        };
        var from = new Option<long>("--from") { Description = "The sequence number that the page begins with", HelpName = "NUMBER" };
        var max = new Option<int>("--max") { Description = "How many a page has, oldest first", HelpName = "N", DefaultValueFactory = _ => 100 };
        return DeadLetterArguments.Create(
            line, "list", "Counts them by reason, source and day, and lists a page of them; takes nothing.", [reason, since, from, max],
            async (connection, entity, arguments, stop) =>
            {
                var (code, earliest) = (arguments.GetValue(reason), DateTimeOffset.MinValue);
                if (arguments.GetValue(since) is { } text) earliest = TimeArguments.ReadPast("--since", text, line.Time.GetUtcNow());
                var list = new DeadLetterList(arguments.GetValue(from), arguments.GetValue(max));
                await using var box = new DeadLetterBox(connection, entity, line.Time);
                await foreach (var letter in box.PeekAllAsync(stop))
                {
                    if ((code is null || letter.DeadLetterReason == code) && letter.EnqueuedTime >= earliest) list.Add(letter);
                }

                var report = line.ReportFor(arguments);
                Show(entity, list, code is null && arguments.GetValue(since) is null ? "" : " of that reason and time", report);
                await SayOthersAsync(connection, entity, line.Time, report, stop);
                return ExitCode.Done;
            });
    }

    private static void Show(DeadLetterEntity entity, DeadLetterList list, string meant, IReport report)
    {
        foreach (var (group, count) in list.Groups) report.Say(DeadLetterText.LineOf(group, count), "group", DeadLetterText.FactsOf(group, count));
        foreach (var letter in list.Page) report.Say(DeadLetterText.LineOf(letter), "deadLetter", DeadLetterFile.FactsOf(letter));

        var more = list.Next is { } next
            ? string.Create(CultureInfo.InvariantCulture, $", {list.Page.Count} of them listed; the next page: --from {next}")
            : "";
        report.Say(
            list.Count == 0 ? $"{entity.Name} has no dead letters{meant}." : $"{DeadLetterArguments.Count(list.Count, "dead letter")}{more}",
            "listed",
            new Dictionary<string, object?> { ["count"] = list.Count, ["shown"] = list.Page.Count, ["next"] = list.Next });
    }

    /// <summary>Says where else there are some, so that nobody takes one empty list for all of them.</summary>
    private static async Task SayOthersAsync(
        ServiceBusConnection connection, DeadLetterEntity entity, TimeProvider time, IReport report, CancellationToken stop)
    {
        foreach (var other in DeadLetterEntity.All.Where(other => other != entity))
        {
            await using var box = new DeadLetterBox(connection, other, time);
            if (await box.PeekAsync(0, 1, stop) is { Count: > 0 })
                report.Say($"{other.Name} has dead letters, too: --entity {other.Name}", "others", new Dictionary<string, object?> { ["entity"] = other.Name });
        }
    }

    private static Command CreateShow(CommandLine line)
    {
        var number = new Argument<long>("NUMBER") { Description = "The sequence number, as the list shows it" };
        return DeadLetterArguments.Create(line, "show", "Shows one with its body; takes nothing.", [number], async (connection, entity, arguments, stop) =>
        {
            await using var box = new DeadLetterBox(connection, entity, line.Time);
            var letter = await box.FindAsync(arguments.GetValue(number), stop) ?? throw DeadLetterArguments.Missing(entity, [arguments.GetValue(number)]);
            var facts = DeadLetterFile.FactsOf(letter).Append(new("body", DeadLetterFile.BodyOf(letter))).ToDictionary(StringComparer.Ordinal);
            line.ReportFor(arguments).Say(DeadLetterText.DetailOf(letter), "deadLetter", facts);
            return ExitCode.Done;
        });
    }
}
