using System.Diagnostics;
using System.Runtime.CompilerServices;
using Ccr.Cli;
using Ccr.EndToEnd.Tests.Support;

namespace Ccr.EndToEnd.Tests;

/// <summary>Where a command gets its connection from: processes of their own, since an environment belongs to a process.</summary>
public class ConnectionTests
{
    private const string Nobody = "Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=k;SharedAccessKey=v;UseDevelopmentEmulator=true";

    // What the developer's shell says is none of the other tests' business.
    [ModuleInitializer]
    internal static void Forget() => Environment.SetEnvironmentVariable("CCR_CONNECTION", null);

    [Fact]
    public async Task Send_ConnectionInTheEnvironment_IsUsed()
    {
        await using var broker = CcrCommand.Start("broker", "--port", "0", "--json");
        var connection = (await broker.NextAsync("listening")).GetProperty("connection").GetString()!;

        Assert.Equal((0, "Sent 1 event to ccr-requests.\n"), await SendAsync(connection));
    }

    [Fact]
    public async Task Send_ConnectionInBothPlaces_TheOptionWins()
    {
        await using var broker = CcrCommand.Start("broker", "--port", "0", "--json");
        var connection = (await broker.NextAsync("listening")).GetProperty("connection").GetString()!;

        Assert.Equal((0, "Sent 1 event to ccr-requests.\n"), await SendAsync(Nobody, "--connection", connection));
    }

    private static async Task<(int ExitCode, string Output)> SendAsync(string environment, params string[] options)
    {
        var file = Repository.PathOf("tests", "events", "ccr-client-broken.json");
        var start = new ProcessStartInfo(
            "dotnet", [typeof(CommandLine).Assembly.Location, "send", file, .. options]) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["CCR_CONNECTION"] = environment;
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output.ReplaceLineEndings("\n"));
    }
}
