using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace Ccr.Console.Tests.Support;

/// <summary>The command <c>ccr</c> in a process of its own, as it is built: nothing is published, no manifest of static files is beside it.</summary>
internal sealed class CcrProcess : IAsyncDisposable
{
    private readonly Process _process;

    public CcrProcess(params string[] arguments)
    {
        string[] all = [Fact("CcrProgram"), .. arguments];
        var start = new ProcessStartInfo("dotnet", all) { RedirectStandardOutput = true, UseShellExecute = false, WorkingDirectory = Path.GetTempPath() };
        _process = Process.Start(start)!;
    }

    public static string Root { get; } = Fact("RepositoryRoot");

    /// <summary>The next line of JSON with this member, and its value.</summary>
    public async Task<JsonElement> NextAsync(string name)
    {
        while (await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (JsonDocument.Parse(line).RootElement.TryGetProperty(name, out var value)) return value;
        }

        throw new InvalidOperationException($"ccr ended without {name}.");
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
