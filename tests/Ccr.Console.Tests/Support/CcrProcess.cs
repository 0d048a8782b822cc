using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace Ccr.Console.Tests.Support;

/// <summary>The command <c>ccr</c> in a process of its own, as it is built: nothing is published, no manifest of static files is beside it.</summary>
internal sealed class CcrProcess : IAsyncDisposable
{
    private readonly List<string> _read = [];
    private readonly Process _process;

    public CcrProcess(params string[] arguments)
        : this(false, arguments)
    {
    }

    /// <summary>One whose errors are kept, for <see cref="EndAsync"/>.</summary>
    public CcrProcess(bool hearsErrors, params string[] arguments)
    {
        string[] all = [Fact("CcrProgram"), .. arguments];
        var start = new ProcessStartInfo("dotnet", all) { RedirectStandardOutput = true, UseShellExecute = false, WorkingDirectory = Path.GetTempPath() };
        start.RedirectStandardError = hearsErrors;
        _process = Process.Start(start)!;
    }

    /// <summary>How much memory it has.</summary>
    public long Megabytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1_000_000;
        }
    }

    public static string Root { get; } = Fact("RepositoryRoot");

    /// <summary>Runs a command to its end; what it printed.</summary>
    public static async Task<string> RunAsync(params string[] arguments)
    {
        await using var process = new CcrProcess(arguments);
        return await process._process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Everything that it says until it has ended, on both outputs, and what was read before.</summary>
    public async Task<string> EndAsync()
    {
        _process.Kill(entireProcessTree: true);
        return string.Concat(_read) + await _process.StandardOutput.ReadToEndAsync() + await _process.StandardError.ReadToEndAsync();
    }

    /// <summary>The next line of JSON with this member, and its value.</summary>
    public async Task<JsonElement> NextAsync(string name)
    {
        while (await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            _read.Add(line);
            if (JsonDocument.Parse(line).RootElement.TryGetProperty(name, out var value)) return value;
        }

        var errors = _process.StartInfo.RedirectStandardError ? await _process.StandardError.ReadToEndAsync() : "";
        throw new InvalidOperationException($"ccr ended without {name}. {errors}");
    }

    private static string Fact(string key) => Path.GetFullPath(
        typeof(CcrProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(fact => fact.Key == key).Value!);

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
