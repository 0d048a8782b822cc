using System.Globalization;
using Ccr.Cli.DeadLetters;

namespace Ccr.Cli.Commands;

/// <summary><c>ccr dead-letters</c>: shows events that could not be handled, and sends them again once the cause is removed.</summary>
internal static class DeadLettersCommand
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    public static Command Create(CommandLine line) => new("dead-letters", "The dead letters of the requests queue: list them, show one, send them again.")
    {
        CreateList(line),
        CreateShow(line),
        CreateRedrive(line),
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
        return Create(line, "list", "Counts them by reason, source and day, and lists a page of them; takes nothing.", [reason, since, from, max], async (
            queue, arguments, stop) =>
        {
            var (code, earliest) = (arguments.GetValue(reason), DateTimeOffset.MinValue);
            if (arguments.GetValue(since) is { } text) earliest = TimeArguments.ReadPast("--since", text, line.Time.GetUtcNow());
            var list = new DeadLetterList(arguments.GetValue(from), arguments.GetValue(max));
            await foreach (var letter in queue.PeekAllAsync(stop))
            {
                if ((code is null || letter.DeadLetterReason == code) && letter.EnqueuedTime >= earliest) list.Add(letter);
            }

            Show(list, code is null && arguments.GetValue(since) is null ? "" : " of that reason and time", line.ReportFor(arguments));
            return ExitCode.Done;
        });
    }

    private static void Show(DeadLetterList list, string meant, IReport report)
    {
        foreach (var (group, count) in list.Groups) report.Say(DeadLetterText.LineOf(group, count), "group", DeadLetterText.FactsOf(group, count));
        foreach (var letter in list.Page) report.Say(DeadLetterText.LineOf(letter), "deadLetter", DeadLetterText.FactsOf(letter));

        var more = list.Next is { } next
            ? string.Create(CultureInfo.InvariantCulture, $", {list.Page.Count} of them listed; the next page: --from {next}")
            : "";
        report.Say(
            list.Count == 0 ? $"{Entities.Requests} has no dead letters{meant}." : $"{Count(list.Count, "dead letter")}{more}",
            "listed",
            new Dictionary<string, object?> { ["count"] = list.Count, ["shown"] = list.Page.Count, ["next"] = list.Next });
    }

    private static Command CreateShow(CommandLine line)
    {
        var number = new Argument<long>("NUMBER") { Description = "The sequence number, as the list shows it" };
        return Create(line, "show", "Shows one with its body; takes nothing.", [number], async (queue, arguments, stop) =>
        {
            var letter = await queue.FindAsync(arguments.GetValue(number), stop) ?? throw Missing([arguments.GetValue(number)]);
            var facts = DeadLetterText.FactsOf(letter);
            facts["body"] = DeadLetterText.BodyOf(letter);
            line.ReportFor(arguments).Say(DeadLetterText.DetailOf(letter), "deadLetter", facts);
            return ExitCode.Done;
        });
    }

    private static Command CreateRedrive(CommandLine line)
    {
        var numbers = new Argument<long[]>("NUMBER") { Description = "The sequence numbers, as the list shows them", Arity = ArgumentArity.ZeroOrMore };
        var reason = new Option<string?>("--reason") { Description = "All with this dead-letter reason", HelpName = "CODE" };
        var all = new Option<bool>("--all") { Description = "All of them" };
        var wait = new Option<TimeSpan?>("--wait")
        {
            Description = "How long to wait, once they are sent, for those that become dead letters again, for example 1m; by default 10s",
            HelpName = "DURATION",
        };
        var command = Create(line, "redrive", "Sends them again. They are decided again: cool-downs and rules apply.", [numbers, reason, all, wait], async (
            queue, arguments, stop) =>
        {
            var meant = arguments.GetValue(numbers)!.ToHashSet();
            var code = arguments.GetValue(reason);
            var report = line.ReportFor(arguments);
            var sent = await queue.RedriveAsync(
                letter => arguments.GetValue(all) || meant.Contains(letter.SequenceNumber) || (code is not null && letter.DeadLetterReason == code),
                (done, of) => report.Say(
                    string.Create(CultureInfo.InvariantCulture, $"{done} of {of} ..."),
                    "progress",
                    new Dictionary<string, object?> { ["sent"] = done, ["of"] = of }),
                stop);

            report.Say($"Sent {Count(sent.Count, "dead letter")} again.", "redriven", Facts("sequenceNumbers", sent.Values));
            if (sent.Count > 0) await ReportBackAsync(queue, sent, report, line.Time, arguments.GetValue(wait) ?? TimeSpan.FromSeconds(10), stop);
            meant.ExceptWith(sent.Values);
            return meant.Count == 0 ? ExitCode.Done : throw Missing(meant);
        });
        command.Validators.Add(arguments =>
        {
            if (arguments.GetValue(numbers) is not { Length: > 0 } && arguments.GetValue(reason) is null && !arguments.GetValue(all))
                arguments.AddError("Say which dead letters: by NUMBER, --reason or --all.");
        });
        return command;
    }

    /// <summary>Says which came back, once all were handled or nobody wants to wait any longer.</summary>
    private static async Task ReportBackAsync(
        DeadLetterQueue queue, IReadOnlyDictionary<string, long> sent, IReport report, TimeProvider time, TimeSpan patience, CancellationToken stop)
    {
        var since = time.GetTimestamp();
        var (back, waiting) = await queue.FindAgainAsync(sent, stop);
        while (waiting > 0 && time.GetElapsedTime(since) < patience)
        {
            await Task.Delay(BetweenLooks, time, stop);
            (back, waiting) = await queue.FindAgainAsync(sent, stop);
        }

        var reasons = back.CountBy(DeadLetterText.ReasonOf).OrderByDescending(reason => reason.Value).ToDictionary();
        var why = string.Join(", ", reasons.Select(reason => string.Create(CultureInfo.InvariantCulture, $"{reason.Value} {reason.Key}")));
        var still = waiting == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" {waiting} still on {Entities.Requests}.");
        report.Say(
            (back.Count == 0 ? "None came back." : $"Came back: {why}.") + still, "cameBack",
            new Dictionary<string, object?>
            {
                ["count"] = back.Count,
                ["reasons"] = reasons,
                ["sequenceNumbers"] = back.Select(letter => letter.SequenceNumber),
                ["waiting"] = waiting,
            });
    }

    private static Command Create(
        CommandLine line, string name, string description, Symbol[] symbols, Func<DeadLetterQueue, ParseResult, CancellationToken, Task<int>> run)
    {
        var connectionArguments = new ConnectionArguments();
        var command = new Command(name, description) { connectionArguments.Connection, connectionArguments.Timeout };
        foreach (var argument in symbols.OfType<Argument>()) command.Add(argument);
        foreach (var option in symbols.OfType<Option>()) command.Add(option);
        command.SetAction(async (arguments, stop) =>
        {
            await using var connection = await connectionArguments.ConnectAsync(
                line, arguments, (made, token) => made.ProbeReceivingAsync(EntityPath.DeadLetterQueue(Entities.Requests), token), stop);
            await using var queue = new DeadLetterQueue(connection);
            return await run(queue, arguments, stop);
        });
        return command;
    }

    private static UserErrorException Missing(IEnumerable<long> numbers) => new(
        CliReasons.NoSuchDeadLetter,
        $"{Entities.Requests} has no dead letter {string.Join(", ", numbers.Order().Select(number => number.ToString(CultureInfo.InvariantCulture)))}",
        ExitCode.Failed);

    private static string Count(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");

    private static Dictionary<string, object?> Facts(string name, object? value) => new(StringComparer.Ordinal) { [name] = value };
}
