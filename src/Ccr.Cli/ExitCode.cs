namespace Ccr.Cli;

/// <summary>What the process ends with.</summary>
internal static class ExitCode
{
    /// <summary>The work is done.</summary>
    public const int Done = 0;

    /// <summary>The work failed.</summary>
    public const int Failed = 1;

    /// <summary>The command or the configuration is wrong.</summary>
    public const int Usage = 2;

    /// <summary>Ctrl+C or a signal ended the command before its work was done: 128 and the number of SIGINT, as shells count.</summary>
    public const int Interrupted = 130;
}
