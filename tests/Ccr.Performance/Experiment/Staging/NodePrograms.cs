using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Ccr.Campaign;

namespace Ccr.Performance.Experiment.Staging;

/// <summary>What comes from npm: the Node worker's SDK, and Azurite, in the folders that have their lock files.</summary>
internal static class NodePrograms
{
    private const string Account = "devstoreaccount1";

    /// <summary>Azurite's published account key; it opens nothing else.</summary>
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    /// <summary>Installs what a folder's lock file names, once; false when there is no npm or no registry.</summary>
    public static async Task<bool> InstallAsync(string folder, CancellationToken cancellationToken)
    {
        folder = Repository.PathOf(folder);
        if (File.Exists(Path.Combine(folder, "node_modules", ".package-lock.json"))) return true;

        try
        {
            using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            {
                WorkingDirectory = folder,
                UseShellExecute = false,
                RedirectStandardOutput = true,
            })!;
            await npm.StandardOutput.ReadToEndAsync(cancellationToken);
            await npm.WaitForExitAsync(cancellationToken);
            return npm.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    /// <summary>Starts Azurite's table service, in memory.</summary>
    public static async Task<(Process Process, string ConnectionString)> StartAzuriteAsync(CancellationToken cancellationToken)
    {
        var port = FindPort();
        var start = new ProcessStartInfo("node", ["node_modules/azurite/dist/src/table/main.js", "--tablePort", $"{port}", "--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry", "--silent"])
        {
            WorkingDirectory = Repository.PathOf("tests/Shared/node"),
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (!line.Contains("successfully", StringComparison.Ordinal)) continue;

            _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            return (process, $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};TableEndpoint=http://127.0.0.1:{port}/{Account};");
        }

        throw new InvalidOperationException("Azurite ended before it was ready.");
    }

    private static int FindPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
