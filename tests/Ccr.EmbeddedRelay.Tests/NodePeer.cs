using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Ccr.EmbeddedRelay.Tests;

/// <summary>A script of the folder <c>node</c>, run as a process of its own; it ends with this.</summary>
internal sealed class NodePeer : IAsyncDisposable
{
    private static readonly SemaphoreSlim Once = new(1);

    private readonly Process _process;

    private NodePeer(Process process) => _process = process;

    public static async Task<NodePeer> StartAsync(string script, string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        Prerequisite.Require(IsThere("node") && IsThere("npm"), "This needs Node.js and npm (Debian: nodejs, npm).");
        await InstallAsync();
        return new NodePeer(Run("node", [script, .. arguments], environment));
    }

    /// <summary>The next line that the script prints; null when it has ended.</summary>
    public Task<string?> ReadLineAsync() => _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask();

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task InstallAsync()
    {
        await Once.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (File.Exists(Path.Combine(Folder(), "node_modules", ".package-lock.json"))) return;
            using var npm = Run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], null);
            var said = await npm.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await npm.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(npm.ExitCode == 0, $"npm ci failed: {said}");
        }
        finally
        {
            Once.Release();
        }
    }

    private static Process Run(string program, string[] arguments, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo(OperatingSystem.IsWindows() && program == "npm" ? "npm.cmd" : program, arguments)
        {
            WorkingDirectory = Folder(),
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static bool IsThere(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, program)) || File.Exists(Path.Combine(folder, $"{program}.exe"))
            || File.Exists(Path.Combine(folder, $"{program}.cmd")));

    private static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "node");
}
