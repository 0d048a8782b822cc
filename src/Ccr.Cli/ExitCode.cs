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
}
