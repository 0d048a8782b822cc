using Ccr.Campaign;
using Ccr.Campaign.Supervision;

namespace Ccr.Performance.Experiment.Staging;

/// <summary>
/// The broker and the management point of one run, new for each and the same for all: <c>ccr broker</c> with its messages in memory, so that it is not
/// its disk that is measured, and <c>ccr simulate-mp</c> with its log in memory.
/// </summary>
internal sealed class Stage : IAsyncDisposable
{
    private const string Memory = "/dev/shm";

    /// <summary>A CCR takes a page of memory, and the largest load has 100,000 machines.</summary>
    private const long EnoughMemory = 1L << 30;

    private readonly Cores _cores;
    private readonly DirectoryInfo _fast;
    private readonly List<ChildProcess> _processes = [];

    private Stage(Cores cores, Programs programs)
    {
        (_cores, Programs) = (cores, programs);
        Folder = Directory.CreateTempSubdirectory("ccr-experiment-").FullName;
        _fast = Directory.Exists(Memory) && new DriveInfo(Memory).AvailableFreeSpace > EnoughMemory
            ? Directory.CreateDirectory(Path.Combine(Memory, Path.GetFileName(Folder)))
            : Directory.CreateDirectory(Path.Combine(Folder, "mp"));
    }

    /// <summary>What ships.</summary>
    public Programs Programs { get; }

    /// <summary>A folder on the disk, for ledgers and logs.</summary>
    public string Folder { get; }

    public string ConnectionString { get; private set; } = "";

    public string ManagementPoint { get; private set; } = "";

    /// <summary>The hybrid connection, if there is a relay.</summary>
    public Uri? HybridConnection { get; private set; }

    public string RequestLog => Path.Combine(_fast.FullName, "requests.log");

    /// <summary>Starts both, and a relay where it is needed.</summary>
    /// <param name="cores">Where what is measured runs.</param>
    /// <param name="programs">What ships.</param>
    /// <param name="faults">What the management point does, for example <c>delay=50ms</c>.</param>
    /// <param name="lockTime">How long a message stays locked, such as <c>PT5S</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="hasRelay">Whether the site is behind a relay.</param>
    public static async Task<Stage> StartAsync(
        Cores cores, Programs programs, string? faults, string lockTime, CancellationToken cancellationToken, bool hasRelay = false)
    {
        var stage = new Stage(cores, programs);
        try
        {
            var config = Path.Combine(stage.Folder, "Config.json");
            var text = await File.ReadAllTextAsync(Repository.PathOf("infra/service-bus/Config.json"), cancellationToken);
            await File.WriteAllTextAsync(config, text.Replace("\"PT1M\"", $"\"{lockTime}\"", StringComparison.Ordinal), cancellationToken);
            var broker = stage.Run("ccr.dll", "broker", ["broker", "--json", "--port", "0", "--config", config]);
            var managementPoint = stage.Run(
                "ccr.dll", "mp", ["simulate-mp", "--json", "--data", stage._fast.FullName, .. faults is null ? [] : new[] { "--fault", faults }]);
            stage.ConnectionString = (await broker.SaidAsync("listening", cancellationToken)).GetProperty("connection").GetString()!;
            stage.ManagementPoint = (await managementPoint.SaidAsync("listening", cancellationToken)).GetProperty("address").GetString()!;
            if (!hasRelay) return stage;

            var relay = stage.Run("Ccr.TestHost.dll", "relay", ["relay", "0", RelayAccess.Key, RelayAccess.Connection]);
            var address = (await relay.SaidAsync("listening", cancellationToken)).GetProperty("address").GetString()!;
            stage.HybridConnection = new Uri(new Uri(address), RelayAccess.Connection);
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a program as a contestant; whoever starts it ends it.</summary>
    public ChildProcess StartContestant(IEnumerable<string> program, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>> environment)
    {
        string[] line = [.. _cores.ForContestant, .. program, .. arguments];
        return ChildProcess.StartProgram(line[0], line[1..], environment, Path.Combine(Folder, $"contestant-{Guid.NewGuid():N}.log"));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes) await process.DisposeAsync();
        if (_fast.Exists) _fast.Delete(recursive: true);
        Directory.Delete(Folder, recursive: true);
    }

    private ChildProcess Run(string dll, string name, IEnumerable<string> arguments)
    {
        var process = ChildProcess.Start(dll, arguments, [], Path.Combine(Folder, $"{name}.log"));
        _processes.Add(process);
        return process;
    }
}
