namespace Ccr.Cli;

/// <summary>The catalogue's 59xx: what is wrong with how the command was called.</summary>
internal static class CliReasons
{
    public static readonly ReasonCode FileNotFound = new(
        "CCR5901", "A file or folder is not there", "Give the path of a file or folder that exists.");

    public static readonly ReasonCode NoEvents = new(
        "CCR5902", "There is no event to send",
        "Give a .json file (one event), a .ndjson file (one event a line), a folder with such files, or - for standard input.");

    public static readonly ReasonCode BadArgument = new(
        "CCR5903", "An argument is not valid", "Correct it; the command with --help shows what it takes.");

    public static readonly ReasonCode AgentEnded = new(
        "CCR5906", "The agent's process ended", "Look at what it said.");

    public static readonly ReasonCode CannotListen = new(
        "CCR5904", "A port or folder cannot be used", "Choose another port (0 takes a free one) or folder, or stop what holds it.");

    public static readonly ReasonCode NoSuchDeadLetter = new(
        "CCR5905", "A dead letter is not there", "List the dead letters with ccr dead-letters list; each shows its sequence number.");

    public static readonly ReasonCode NotNoted = new(
        "CCR5907", "Nobody notes who did this, since no ledger was named", "Name it with --data, --tables or --config to have it noted.");

    public static IReadOnlyList<ReasonCode> All { get; } = [FileNotFound, NoEvents, BadArgument, CannotListen, NoSuchDeadLetter, AgentEnded, NotNoted];
}
