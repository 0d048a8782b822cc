using Ccr.Core.Text;
using Microsoft.Extensions.Options;

namespace Ccr.Cli;

/// <summary>What a command says and returns when it ends by an exception: a line for each fault, never a stack trace that nobody asked for.</summary>
internal static class CommandFaults
{
    /// <summary>Set to 1, it has the last resort show where the exception came from.</summary>
    private const string TraceVariable = "CCR_TRACE";

    public static (IEnumerable<string> Lines, int Status) Describe(Exception fault, bool isInterrupted) => fault switch
    {
        // What an interrupted command says is that it was interrupted; but the ledger may know something that nobody else does.
        not LedgerException when isInterrupted => ([], ExitCode.Interrupted),
        LedgerException when isInterrupted => ([fault.Message], ExitCode.Interrupted),
        UserErrorException error => ([error.Message], error.Status),
        OptionsValidationException options => (options.Failures, ExitCode.Usage),
        MessagingException or LedgerException => ([fault.Message], ExitCode.Failed),
        IOException or UnauthorizedAccessException => ([Line(CliReasons.CannotReadOrWrite, fault.Message)], ExitCode.Failed),
        _ => ([Line(CliReasons.Unexpected, $"{fault.GetType().Name}: {SafeText.Printable(fault.Message)}"), .. TraceOf(fault)], ExitCode.Failed),
    };

    /// <summary>What is said when standard output cannot be written any more.</summary>
    public static string DescribeOutput(Exception fault) => Line(CliReasons.CannotReadOrWrite, $"standard output: {fault.Message}");

    public static string Line(ReasonCode reason, string cause) => $"{reason.Code}: {cause.TrimEnd('.')}. {reason.Remedy}";

    private static string[] TraceOf(Exception fault) => Environment.GetEnvironmentVariable(TraceVariable) == "1" ? [fault.ToString()] : [];
}
