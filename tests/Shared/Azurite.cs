using System.Diagnostics;

[assembly: AssemblyFixture(typeof(Azurite))]

namespace Ccr.Tests;

/// <summary>Microsoft's own emulator of Azure Storage, from npm: its table service alone, in memory, on a free port.</summary>
public sealed class Azurite : IAsyncDisposable
{
    private const string Account = "devstoreaccount1";

    /// <summary>Azurite's published account key; it opens nothing else.</summary>
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private readonly SemaphoreSlim _once = new(1);
    private readonly HeldPort _port = new();
    private Process? _process;
    private string? _connectionString;

    /// <summary>Whether there is what installs and runs it.</summary>
    public static bool IsPossible => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? "npm.cmd" : "npm")));

    /// <summary>Starts it when it is first needed, and returns how to connect.</summary>
    public async Task<string> StartAsync(CancellationToken cancellationToken)
    {
        await _once.WaitAsync(cancellationToken);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(TimeSpan.FromMinutes(3));
            return _connectionString ??= await StartProcessAsync(limit.Token);
        }
        finally
        {
            _once.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _once.Dispose();
        _port.Dispose();
        if (_process is null) return;
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<string> StartProcessAsync(CancellationToken cancellationToken)
    {
        var folder = FindFolder();
        await InstallAsync(folder, cancellationToken);
        _process = Run(
            folder, "node", "node_modules/azurite/dist/src/table/main.js", "--tablePort", $"{_port.Number}", "--inMemoryPersistence", "--skipApiVersionCheck",
            "--disableTelemetry", "--silent");
        while (await _process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Contains("successfully", StringComparison.Ordinal))
                return $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};TableEndpoint=http://127.0.0.1:{_port.Number}/{Account};";
        }

        throw new InvalidOperationException("Azurite ended before it was ready.");
    }

    /// <summary>Installs it once, also when two test projects want it at the same time.</summary>
    private static async Task InstallAsync(string folder, CancellationToken cancellationToken)
    {
        FileStream? alone = null;
        while (alone is null)
        {
            try
            {
                alone = new FileStream(Path.Combine(folder, "node_modules.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
            }
        }

        await using (alone)
        {
            if (File.Exists(Path.Combine(folder, "node_modules", ".package-lock.json"))) return;
            using var npm = Run(folder, OperatingSystem.IsWindows() ? "npm.cmd" : "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
            var said = await npm.StandardOutput.ReadToEndAsync(cancellationToken);
            await npm.WaitForExitAsync(cancellationToken);
            Assert.True(npm.ExitCode == 0, $"npm ci in {folder} failed: {said}");
        }
    }

    private static Process Run(string folder, string program, params string[] arguments) => Process.Start(
        new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, UseShellExecute = false })!;

    private static string FindFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Shared", "node", "package-lock.json")))
            folder = folder.Parent ?? throw new InvalidOperationException($"No Shared/node/package-lock.json above {AppContext.BaseDirectory}.");
        return Path.Combine(folder.FullName, "Shared", "node");
    }
}
