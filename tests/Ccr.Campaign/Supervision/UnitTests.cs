using System.Diagnostics;

namespace Ccr.Campaign.Supervision;

/// <summary>What the unit tests of the core have already, run from here with other counts.</summary>
internal static class UnitTests
{
    /// <summary>Runs test classes, or one method of a class after a dot, with those that run only when asked for; returns the exit code.</summary>
    public static async Task<int> RunAsync(string pattern, IEnumerable<KeyValuePair<string, string>> environment, CancellationToken cancellationToken)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var dll = Repository.PathOf(Path.Combine("tests/Ccr.Core.Tests/bin", output.Parent!.Name, output.Name, "Ccr.Core.Tests.dll"));
        var start = new ProcessStartInfo("dotnet", [dll, pattern.EndsWith("Tests", StringComparison.Ordinal) ? "-class" : "-method", pattern, "-explicit", "on"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        await using var kill = cancellationToken.Register(process.Kill);
        var said = await process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        return said.Contains("Total: 0", StringComparison.Ordinal) ? -1 : process.ExitCode;
    }
}
