using Ccr.Campaign;
using Ccr.Campaign.Supervision;
using Ccr.Experiment.Staging;

namespace Ccr.Experiment.Contestants;

/// <summary>A program that takes events from the broker to the management point, each in a process of its own.</summary>
/// <param name="Name">What the tables call it.</param>
/// <param name="Start">Starts it on a stage; the text is what a restart must find again, such as a ledger's place.</param>
internal sealed record Contestant(string Name, Func<Stage, string, ChildProcess> Start)
{
    /// <summary>As many requests at a time as a site works on; all contestants have as many.</summary>
    public const int Concurrency = 10;

    /// <summary>The 100 % line.</summary>
    public static Contestant Bare { get; } = new("bare AMQPNetLite", (stage, _) => ChildProcess.Start(
        "Ccr.Experiment.dll", ["contestant", stage.ConnectionString, stage.ManagementPoint, $"{Concurrency}"], [], Log(stage, "bare")));

    /// <summary>Ours, without a ledger on any disk.</summary>
    public static Contestant WithoutLedger { get; } = Ours("ours, ledger in memory", (_, _) => KeyValuePair.Create("Ledger__InMemory", "true"));

    /// <summary>Ours as it is run on one computer.</summary>
    public static Contestant WithSqlite { get; } = Ours("ours, SQLite", (stage, place) => KeyValuePair.Create("Ledger__Path", Path.Combine(stage.Folder, $"{place}.db")));

    /// <summary>What one writes by hand, with the official SDK.</summary>
    public static Contestant Node(int concurrency) => new($"Node worker, {concurrency} at a time", (stage, _) => ChildProcess.StartProgram(
        "node", [Repository.PathOf("tests/Ccr.Experiment/node/worker.mjs"), stage.ConnectionString, stage.ManagementPoint, $"{concurrency}"], [], Log(stage, "node")));

    /// <summary>Ours as it is run in Azure, with Azurite for the storage account.</summary>
    public static Contestant WithTables(string connectionString) => new("ours, Tables on Azurite", (stage, place) => StartOurs(
        stage, [KeyValuePair.Create("Ledger__ConnectionString", connectionString), KeyValuePair.Create("Ledger__Table", $"t{place}{Math.Abs(stage.Folder.GetHashCode(StringComparison.Ordinal))}")]));

    private static Contestant Ours(string name, Func<Stage, string, KeyValuePair<string, string>> ledger) => new(name, (stage, place) => StartOurs(stage, [ledger(stage, place)]));

    private static ChildProcess StartOurs(Stage stage, IEnumerable<KeyValuePair<string, string>> ledger) => ChildProcess.Start(
        "ccr.dll",
        ["process", "--json", "--connection", stage.ConnectionString],
        [
            KeyValuePair.Create("Ccr__DefaultDomain", "CORP"),
            KeyValuePair.Create("Ccr__Sites__hq__ManagementPoints__0__Address", stage.ManagementPoint),

            // What brakes on purpose is off: it would be measured instead of the way.
            KeyValuePair.Create("Ccr__Storms__MaxMachines", "0"),
            KeyValuePair.Create("Ccr__Circuit__MinRequests", "10000"),
            KeyValuePair.Create("Ccr__Submissions__ClaimLease", "00:00:10"),
            .. ledger,
        ],
        Log(stage, "ours"));

    private static string Log(Stage stage, string name) => Path.Combine(stage.Folder, $"{name}-{Guid.NewGuid():N}.log");
}
