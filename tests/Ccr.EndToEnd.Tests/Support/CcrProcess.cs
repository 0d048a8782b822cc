using System.Diagnostics;
using System.Runtime.InteropServices;
using Ccr.Cli;

namespace Ccr.EndToEnd.Tests.Support;

/// <summary>The command line as a process of its own, which signals and the ends of its pipes concern.</summary>
internal sealed class CcrProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private const int InterruptSignal = 2;

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    private CcrProcess(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        _error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    public static string Assembly => typeof(CommandLine).Assembly.Location;

    /// <summary>
    /// Starts it as a shell does in a terminal: in a process group of its own, and with SIGINT as it is by default, which a job in the background ignores.
    /// Nothing comes from its standard input, which stays open.
    /// </summary>
    public static CcrProcess Start(params string[] arguments) =>
        StartCommand("env", ["--default-signal=INT", "setsid", "dotnet", Assembly, .. arguments]);

    /// <summary>Runs a line of a shell to its end, in which <c>ccr</c> is the command line.</summary>
    public static async Task<CliResult> RunShellAsync(string line)
    {
        using var process = StartCommand("bash", ["-c", $"ccr() {{ dotnet '{Assembly}' \"$@\"; }}; set -o pipefail; {line}"]);
        return await process.EndAsync();
    }

    /// <summary>Waits for its end, and returns whether that came within a time.</summary>
    public async Task<bool> EndsWithinAsync(TimeSpan time)
    {
        try
        {
            await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(time, TestContext.Current.CancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>
    /// Does what a terminal does on Ctrl+C: everything that the command started gets the signal too. It asks the system itself, as some versions of the
    /// command <c>kill</c> take the number of a group for the signal, and then end every process there is.
    /// </summary>
    public void Interrupt()
    {
        // The group is there once SIGINT is as it is by default: before, a signal would be lost where it is ignored here.
        while (SendSignal(-_process.Id, InterruptSignal) != 0 && !_process.HasExited) Thread.Yield();
    }

    public async Task<CliResult> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        return new CliResult(_process.ExitCode, await _output, await _error);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);

    private static CcrProcess StartCommand(string file, string[] arguments) => new(Process.Start(new ProcessStartInfo(file, arguments)
    {
        WorkingDirectory = Repository.Root,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        UseShellExecute = false,
    })!);
}
