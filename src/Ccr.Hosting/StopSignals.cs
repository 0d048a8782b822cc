using System.Runtime.InteropServices;

namespace Ccr.Hosting;

/// <summary>The signals that ask a program to stop.</summary>
/// <remarks>
/// A shell that starts a program in the background without job control, and some CI systems, have it ignore SIGINT. The child inherits that, and .NET
/// respects it: neither Console.CancelKeyPress nor PosixSignalRegistration then sees the signal, and nothing but SIGKILL ends the program.
/// </remarks>
public static class StopSignals
{
    private const int Interrupt = 2;
    private const int Terminate = 15;
    private const nint Default = 0;
    private const nint Ignore = 1;

    /// <summary>Lets SIGINT and SIGTERM stop this program although its parent ignored them. To be called before anything uses the console.</summary>
    public static void Restore()
    {
        if (OperatingSystem.IsWindows()) return;

        foreach (var signal in (int[])[Interrupt, Terminate])
        {
            // Larger than struct sigaction on any system; its first member is the handler. A handler of the runtime's own is left alone.
            var current = new nint[64];
            if (SignalAction(signal, 0, current) == 0 && current[0] == Ignore) _ = SetSignal(signal, Default);
        }
    }

    [DllImport("libc", EntryPoint = "sigaction")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SignalAction(int signal, nint action, [Out] nint[] current);

    [DllImport("libc", EntryPoint = "signal")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint SetSignal(int signal, nint handler);
}
