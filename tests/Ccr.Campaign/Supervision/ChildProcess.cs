using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Ccr.Campaign.Supervision;

/// <summary>A process of an installation, which the supervisor may kill, stop or hold. Standard error goes to a file.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int Sigkill = 9;
    private const int Sigterm = 15;
    private const int Sigcont = 18;
    private const int Sigstop = 19;

    private readonly Process _process;
    private readonly string _logFile;
    private readonly Task _output;
    private readonly Task _errors;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonElement>> _said = new(StringComparer.Ordinal);
    private bool _isHeld;

    private ChildProcess(Process process, string logFile)
    {
        (_process, _logFile) = (process, logFile);
        _output = ReadAsync();
        _errors = LogAsync(logFile);
    }

    public int Id => _process.Id;

    public bool IsRunning => !_process.HasExited;

    /// <summary>Starts a program of this build, by its dll: <c>dotnet run</c> would build it first.</summary>
    public static ChildProcess Start(string dll, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>> environment, string logFile) =>
        StartProgram("dotnet", [Path.Combine(AppContext.BaseDirectory, dll), .. arguments], environment, logFile);

    /// <summary>Starts any program.</summary>
    public static ChildProcess StartProgram(
        string program, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>> environment, string logFile)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return new ChildProcess(Process.Start(start)!, logFile);
    }

    /// <summary>The value of the first JSON line whose only member has this name.</summary>
    public async Task<JsonElement> SaidAsync(string name, CancellationToken cancellationToken)
    {
        var said = Expect(name);
        if (await Task.WhenAny(said, _output).WaitAsync(cancellationToken) == said) return await said;
        return said.IsCompleted ? await said : throw new InvalidOperationException($"The process ended before it said '{name}'.");
    }

    /// <summary>Whether a text was written to standard error.</summary>
    public bool HasLogged(string text)
    {
        using var log = new StreamReader(new FileStream(_logFile, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite));
        return log.ReadToEnd().Contains(text, StringComparison.Ordinal);
    }

    /// <summary>Writes a line to its standard input; nothing is said to a process that has ended.</summary>
    public async Task TellAsync(string line)
    {
        try
        {
            await _process.StandardInput.WriteLineAsync(line);
            await _process.StandardInput.FlushAsync();
        }
        catch (IOException)
        {
        }
    }

    public void Kill() => Signal(Sigkill);

    /// <summary>Asks it to end, as a service manager does.</summary>
    public void Terminate() => Signal(Sigterm);

    /// <summary>Stops it where it stands: its connections stay open, and nothing answers on them.</summary>
    public void Hold()
    {
        _isHeld = true;
        Signal(Sigstop);
    }

    public void GoOn()
    {
        _isHeld = false;
        Signal(Sigcont);
    }

    /// <summary>Waits for its end, and until its last word is in the file; the exit code is 128 and the signal's number when it was killed.</summary>
    public async Task<int> EndAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        await _errors.WaitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Waits until it has killed itself; false, and it is killed, when it does not in time.</summary>
    public async Task<bool> DiesAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        try
        {
            return await EndAsync(limit.Token) == 128 + Sigkill;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Kill();
            return false;
        }
    }

    /// <summary>What it uses now; null once it has ended.</summary>
    public Usage? ReadUsage()
    {
        try
        {
            return Usage.Read(_process.Id);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (IsRunning) Kill();
        await _process.WaitForExitAsync();
        await Task.WhenAll(_output, _errors);
        _process.Dispose();
    }

    private void Signal(int signal)
    {
        if (!IsRunning) return;
        if (_isHeld && signal == Sigterm) GoOn();
        _ = Kill(_process.Id, signal);
    }

    private Task<JsonElement> Expect(string name) =>
        _said.GetOrAdd(name, _ => new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            // Requests are many, and known better from the log.
            if (!line.StartsWith('{') || line.StartsWith("{\"request\"", StringComparison.Ordinal)) continue;

            using var document = JsonDocument.Parse(line);
            var member = document.RootElement.EnumerateObject().First();
            _ = Expect(member.Name);
            _said[member.Name].TrySetResult(member.Value.Clone());
        }
    }

    private async Task LogAsync(string logFile)
    {
        await using var log = new FileStream(logFile, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        await _process.StandardError.BaseStream.CopyToAsync(log);
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);
}
