using System.Diagnostics;
using System.Text.Json;

namespace Ccr.Cli.Local;

/// <summary>The agent of one site, in its own process, configured like the processing of the run.</summary>
internal sealed class LocalAgent : IAsyncDisposable
{
    private const string StatusLine = "Status page: ";

    private readonly Process _process;
    private readonly DirectoryInfo? _temporary;
    private readonly TaskCompletionSource<string> _status = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _lines = [];

    private LocalAgent(Process process, DirectoryInfo? temporary) => (_process, _temporary) = (process, temporary);

    /// <summary>Its process.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Starts it, and returns when it takes commands.</summary>
    public static async Task<LocalAgent> StartAsync(
        string site, IConfiguration configuration, string? connection, string? dataDirectory, CancellationToken stop)
    {
        var temporary = dataDirectory is null ? Directory.CreateTempSubdirectory("ccr-agent-") : null;
        var folder = Path.GetFullPath(Path.Combine(dataDirectory ?? temporary!.FullName, $"agent-{site}"));
        Directory.CreateDirectory(folder);
        var config = Path.Combine(folder, "agent.json");
        await File.WriteAllTextAsync(config, JsonSerializer.Serialize(SettingsOf(site, configuration, connection, folder)), stop);

        // This program once more, whether it was built, packed as a tool or published as one file.
        var program = Path.Combine(AppContext.BaseDirectory, "ccr.dll");
        string[] arguments = ["agent", "--config", config];
        var start = new ProcessStartInfo(
            File.Exists(program) ? RuntimePath() : Environment.ProcessPath!, File.Exists(program) ? [program, .. arguments] : arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var agent = new LocalAgent(new Process { StartInfo = start, EnableRaisingEvents = true }, temporary);
        agent.Begin();
        return agent;
    }

    /// <summary>Where its status page is.</summary>
    public async Task<string> StatusPageAsync(CancellationToken stop) => await _status.Task.WaitAsync(stop);

    /// <summary>Kills the process. Its data is as sound as after an orderly stop.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _temporary?.Delete(recursive: true);
    }

    private static Dictionary<string, string?> SettingsOf(string site, IConfiguration configuration, string? connection, string folder)
    {
        var settings = configuration.AsEnumerable()
            .Where(setting => setting.Value is not null && !setting.Key.EndsWith(":Transport", StringComparison.Ordinal))
            .ToDictionary(StringComparer.OrdinalIgnoreCase);
        if (connection is not null) settings["ServiceBus"] = connection;
        settings["Agent:Site"] = site;
        settings["Agent:Name"] = $"local-{site}";
        settings["Agent:DataDirectory"] = folder;
        settings["Agent:SharesQueue"] = "false";
        settings["Agent:StatusPort"] = "0";
        return settings;
    }

    private static string RuntimePath() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
            ? Environment.ProcessPath!
            : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private void Begin()
    {
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
        _process.Exited += (_, _) => _status.TrySetException(new UserErrorException(CliReasons.AgentEnded, string.Join(' ', _lines)));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private void Read(string? line)
    {
        if (line is null || _status.Task.IsCompleted) return;
        lock (_lines) _lines.Add(line);
        if (line.IndexOf(StatusLine, StringComparison.Ordinal) is var at and >= 0) _status.TrySetResult(line[(at + StatusLine.Length)..]);
    }
}

/// <summary>The agents of a run, which end together.</summary>
internal sealed class LocalAgents : IAsyncDisposable
{
    private readonly List<LocalAgent> _agents = [];

    public LocalAgent Add(LocalAgent agent)
    {
        _agents.Add(agent);
        return agent;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var agent in _agents) await agent.DisposeAsync();
    }
}
