using System.Globalization;
using Ccr.Cli.DeadLetters;

namespace Ccr.Cli.Commands;

/// <summary><c>ccr dead-letters</c>: shows events that could not be handled, and sends them again once the cause is removed.</summary>
internal static class DeadLettersCommand
{
    public static Command Create(CommandLine line) => new("dead-letters", "The dead letters of the requests queue: list them, show one, send them again.")
    {
        CreateList(line),
        CreateShow(line),
        CreateRedrive(line),
    };

    private static Command CreateList(CommandLine line)
    {
        var max = new Option<int>("--max") { Description = "How many to list, oldest first", HelpName = "N", DefaultValueFactory = _ => 100 };
        return Create(line, "list", "Lists them; takes nothing.", [max], async (queue, arguments, stop) =>
        {
            var report = line.ReportFor(arguments);
            var letters = await queue.PeekAsync(0, arguments.GetValue(max), stop);
            foreach (var letter in letters) report.Say(DeadLetterText.LineOf(letter), "deadLetter", DeadLetterText.FactsOf(letter));
            report.Say(
                letters.Count == 0 ? $"{Entities.Requests} has no dead letters." : Count(letters.Count, "dead letter"),
                "listed",
                Facts("count", letters.Count));
            return ExitCode.Done;
        });
    }

    private static Command CreateShow(CommandLine line)
    {
        var number = new Argument<long>("NUMBER") { Description = "The sequence number, as the list shows it" };
        return Create(line, "show", "Shows one with its body; takes nothing.", [number], async (queue, arguments, stop) =>
        {
            var letters = await queue.PeekAsync(arguments.GetValue(number), 1, stop);
            if (letters is not [{ } letter] || letter.SequenceNumber != arguments.GetValue(number)) throw Missing([arguments.GetValue(number)]);

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
        var command = Create(line, "redrive", "Sends them again. They are decided again: cool-downs and rules apply.", [numbers, reason, all], async (
            queue, arguments, stop) =>
        {
            var meant = arguments.GetValue(numbers)!.ToHashSet();
            var code = arguments.GetValue(reason);
            var sent = await queue.RedriveAsync(
                letter => arguments.GetValue(all) || meant.Contains(letter.SequenceNumber) || (code is not null && letter.DeadLetterReason == code), stop);

            line.ReportFor(arguments).Say($"Sent {Count(sent.Count, "dead letter")} again.", "redriven", Facts("sequenceNumbers", sent));
            meant.ExceptWith(sent);
            return meant.Count == 0 ? ExitCode.Done : throw Missing(meant);
        });
        command.Validators.Add(arguments =>
        {
            if (arguments.GetValue(numbers) is not { Length: > 0 } && arguments.GetValue(reason) is null && !arguments.GetValue(all))
                arguments.AddError("Say which dead letters: by NUMBER, --reason or --all.");
        });
        return command;
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
