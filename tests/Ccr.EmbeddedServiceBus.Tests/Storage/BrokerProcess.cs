using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Ccr.EmbeddedServiceBus.Tests.Storage;

/// <summary>The broker in a process of its own, which can be killed.</summary>
internal sealed class BrokerProcess : IDisposable
{
    private readonly Process _process;

    private BrokerProcess(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    public static async Task<BrokerProcess> StartAsync(string dataDirectory, CancellationToken ct)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var host = Path.Combine(
            output.Parent!.Parent!.Parent!.Parent!.FullName,
            "Ccr.TestHost", "bin", output.Parent.Name, output.Name, "Ccr.TestHost.dll");
        var config = Path.GetFullPath(Path.Combine(ThisFile(), "../../../../infra/service-bus/Config.json"));
        var process = Process.Start(new ProcessStartInfo("dotnet", [host, "broker", config, "0", dataDirectory])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var line = await process.StandardOutput.ReadLineAsync(ct) ?? throw new InvalidOperationException("The broker did not start.");
        return new BrokerProcess(process, new Uri(line.Split('=', 2)[1].Split(';')[0]).Port);
    }

    /// <summary>Kills the process at once, without any chance to finish.</summary>
    public async Task KillAsync(CancellationToken ct)
    {
        _process.Kill();
        await _process.WaitForExitAsync(ct);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
