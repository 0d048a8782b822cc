using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Ccr.Functions.Tests.Support;

/// <summary><c>ccr local</c> in a process of its own, to compare with.</summary>
internal sealed class LocalRun : IAsyncDisposable
{
    private readonly Process _process;
    private readonly TaskCompletionSource<string> _connection = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private LocalRun(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Take(line.Data);
    }

    public Task<string> Connection => _connection.Task;

    public static LocalRun Start()
    {
        var program = Repository.PathOf("src", "Ccr.Cli", "bin", Repository.Configuration, "net10.0", "ccr.dll");
        var run = new LocalRun(new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [program, "local", "--json"]) { RedirectStandardOutput = true, UseShellExecute = false },
        });
        run._process.Start();
        run._process.BeginOutputReadLine();
        return run;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null) _connection.TrySetException(new InvalidOperationException("ccr local ended."));
        else if (JsonNode.Parse(line)?["started"]?["connection"] is { } connection) _connection.TrySetResult((string)connection!);
    }
}
