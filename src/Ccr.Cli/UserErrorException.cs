namespace Ccr.Cli;

/// <summary>A mistake that the user can correct: one line for each, with the catalogue's code, cause and fix.</summary>
internal sealed class UserErrorException(string message, int exitCode = ExitCode.Usage) : Exception(message)
{
    public UserErrorException(ReasonCode reason, string cause, int exitCode = ExitCode.Usage)
        : this(CommandFaults.Line(reason, cause), exitCode)
    {
    }

    public int Status { get; } = exitCode;
}
