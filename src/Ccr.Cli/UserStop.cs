using System.Runtime.InteropServices;

namespace Ccr.Cli;

/// <summary>
/// Ctrl+C and SIGTERM. The first asks the command to finish what it began, and to end. Another one after a second, or half a minute, ends the process.
/// </summary>
/// <remarks>
/// The handler of System.CommandLine is not used: it waits for the command in the handler of the signal, and a command that ends by an exception, as a
/// cancelled one does, throws there and aborts the process.
/// </remarks>
internal sealed class UserStop : IDisposable
{
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(30);

    /// <summary>The command <c>timeout</c>, for one, sends each signal twice: to the process, and to its group.</summary>
    private static readonly TimeSpan SameSignal = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly ITimer _end;
    private readonly PosixSignalRegistration[] _registrations;
    private long _since;

    public UserStop(TimeProvider time)
    {
        _time = time;
        _end = time.CreateTimer(_ => Environment.Exit(ExitCode.Interrupted), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop)];
    }

    /// <summary>Is cancelled by the first signal.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Whether a person pressed Ctrl+C, or something sent the same signal. A service manager sends SIGTERM, which is no failure.</summary>
    public bool IsByUser { get; private set; }

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _end.Dispose();
        _stop.Dispose();
    }

    private void Stop(PosixSignalContext signal)
    {
        var isFirst = !_stop.IsCancellationRequested;
        signal.Cancel = isFirst || _time.GetElapsedTime(_since) < SameSignal;
        if (!isFirst) return;

        IsByUser = signal.Signal == PosixSignal.SIGINT;
        _since = _time.GetTimestamp();
        _end.Change(DrainTime, Timeout.InfiniteTimeSpan);

        // Not here: what a callback throws would end the process.
        _ = _stop.CancelAsync();
    }
}
