using System.Globalization;

namespace Ccr.Cli.Commands;

/// <summary>What the commands about dead letters have in common: whose they are, and where that is.</summary>
internal static class DeadLetterArguments
{
    private static readonly Option<string> Entity = new Option<string>("--entity")
    {
        Description = "Whose dead letters",
        HelpName = "NAME",
        DefaultValueFactory = _ => DeadLetterEntity.Requests.Name,
    }.AcceptOnlyFromAmong([.. DeadLetterEntity.All.Select(entity => entity.Name)]);

    public static Command Create(
        CommandLine line, string name, string description, Symbol[] symbols,
        Func<ServiceBusConnection, DeadLetterEntity, ParseResult, CancellationToken, Task<int>> run)
    {
        var connectionArguments = new ConnectionArguments();
        var command = new Command(name, description) { connectionArguments.Connection, connectionArguments.Timeout, Entity };
        foreach (var argument in symbols.OfType<Argument>()) command.Add(argument);
        foreach (var option in symbols.OfType<Option>()) command.Add(option);
        command.SetAction(async (arguments, stop) =>
        {
            var entity = DeadLetterEntity.All.Single(entity => entity.Name == arguments.GetValue(Entity));
            await using var connection = await connectionArguments.ConnectAsync(
                line, arguments, (made, token) => made.ProbeReceivingAsync(EntityPath.DeadLetterQueue(entity.Path), token), stop);
            return await run(connection, entity, arguments, stop);
        });
        return command;
    }

    public static UserErrorException Missing(DeadLetterEntity entity, IEnumerable<long> numbers) => new(
        CliReasons.NoSuchDeadLetter,
        $"{entity.Name} has no dead letter {string.Join(", ", numbers.Order().Select(number => number.ToString(CultureInfo.InvariantCulture)))}",
        ExitCode.Failed);

    public static string Count(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");
}
