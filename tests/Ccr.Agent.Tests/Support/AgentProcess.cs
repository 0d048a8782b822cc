using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Ccr.Agent.Tests.Support;

/// <summary>An agent in a process of its own, which is started again when it dies.</summary>
internal sealed class AgentProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly ProcessStartInfo _start;
    private readonly Lock _gate = new();
    private readonly StringBuilder _log = new();
    private Process? _process;
    private Task? _restarting;
    private bool _stopping;

    public AgentProcess(
        string configFile, IReadOnlyDictionary<string, string>? environment = null, bool shipped = false, bool ignoreSignals = false, string? program = null)
    {
        string[] command = [.. program is null ? ProgramOf(environment, shipped) : [program], "--config", configFile];
        if (ignoreSignals) command = ["bash", "-c", "trap '' INT TERM; exec \"$@\"", "bash", .. command];
        _start = new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal)) _start.Environment[name] = value;
    }

    /// <summary>How often it was started.</summary>
    public int Starts { get; private set; }

    public string Log
    {
        get { lock (_gate) return _log.ToString(); }
    }

    /// <summary>Starts it, and again whenever it dies.</summary>
    public AgentProcess KeepRunning()
    {
        Start();
        _restarting = RestartAsync();
        return this;
    }

    /// <summary>Starts it once.</summary>
    public AgentProcess Start()
    {
        lock (_gate)
        {
            if (_stopping) return this;
            Starts++;
            _process = Process.Start(_start)!;
            _process.OutputDataReceived += Note;
            _process.ErrorDataReceived += Note;
            _process.BeginOutputReadLine();
            _process.BeginErrorReadLine();
        }

        return this;
    }

    /// <summary>Kills it as a power cut does.</summary>
    public void Kill()
    {
        lock (_gate) _process!.Kill();
    }

    /// <summary>Stops it as a service manager does; returns its exit code.</summary>
    public async Task<int> StopAsync(string signal = "TERM")
    {
        lock (_gate)
        {
            _stopping = true;
            Process.Start("kill", [$"-{signal}", _process!.Id.ToString(CultureInfo.InvariantCulture)]).Dispose();
        }

        return await EndAsync();
    }

    /// <summary>Waits until it ends by itself; returns its exit code.</summary>
    public async Task<int> EndAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _process!.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _stopping = true;
            if (_process is { HasExited: false }) _process.Kill();
        }

        if (_restarting is not null) await _restarting;
        _process?.Dispose();
    }

    /// <summary>What comes between its steps, or sets its clock off, is in the test host alone: a published file cannot be asked for it.</summary>
    private static string[] ProgramOf(IReadOnlyDictionary<string, string>? environment, bool shipped)
    {
        var needsHost = environment?.Keys.Any(name => name.StartsWith("CCR_TEST_", StringComparison.Ordinal)) == true;
        if (Repository.PublishedAgent is { } published && !needsHost) return [published];
        return shipped ? ["dotnet", Repository.Agent] : ["dotnet", Repository.TestHost, "agent"];
    }

    private async Task RestartAsync()
    {
        while (!_stopping)
        {
            await _process!.WaitForExitAsync();
            Start();
        }
    }

    private void Note(object sender, DataReceivedEventArgs line)
    {
        lock (_gate) _log.AppendLine(line.Data);
    }
}
