using System.CommandLine.Parsing;
using Ccr.Core.Text;

namespace Ccr.Cli.Arguments;

/// <summary>What is wrong with a command line that cannot be read, in one line each.</summary>
internal static class UsageFaults
{
    public static IEnumerable<string> Find(ParseResult command)
    {
        // A list of files takes a misspelt option for a file.
        var options = command.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens)
            .Where(token => token.Value.Length > 1 && token.Value.StartsWith('-')).ToList();
        if (options.Count > 0) return options.Select(token => Line(DescribeUnknown(token.Value, command.CommandResult)));

        // A misspelt command is missing too; that it is misspelt says more.
        if (command.UnmatchedTokens is [var unknown, ..]) return [Line(DescribeUnknown(unknown, command.CommandResult))];

        var below = command.CommandResult.Command.Subcommands;
        return below.Count > 0 && command.Errors.Count > 0 && command.CommandResult.Command.Action is null
            ? [Line($"a command is missing: write one of {string.Join(", ", below.Select(each => each.Name))}")]
            : command.Errors.Select(fault => Line(string.Join(' ', fault.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))));
    }

    private static string DescribeUnknown(string token, CommandResult command)
    {
        var isOption = token.StartsWith('-');
        var names = isOption ? OptionsOf(command) : command.Command.Subcommands.Select(each => each.Name);
        var meant = Spelling.Nearest(token, names) is { } near ? $" Did you mean {near}?" : "";
        return $"{(isOption ? "there is no option" : "unrecognized command or argument")} {SafeText.Quote(token)}.{meant}";
    }

    private static IEnumerable<string> OptionsOf(CommandResult command) => command.Command.Options.Select(option => option.Name)
        .Concat(command.Parent is CommandResult parent ? parent.Command.Options.Where(option => option.Recursive).Select(option => option.Name) : []);

    private static string Line(string fault) =>
        $"{CliReasons.BadArgument.Code}: {fault}{(fault[^1] is '.' or '?' ? "" : ".")} {CliReasons.BadArgument.Remedy}";
}
