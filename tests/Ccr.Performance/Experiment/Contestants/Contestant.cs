using Ccr.Campaign;
using Ccr.Campaign.Supervision;
using Ccr.Performance.Experiment.Staging;

namespace Ccr.Performance.Experiment.Contestants;

/// <summary>A program that takes events from the broker to the management point, each in a process of its own.</summary>
/// <param name="Name">What the tables call it.</param>
/// <param name="Start">Starts it on a stage; the text is what a restart must find again, such as a ledger's place.</param>
internal sealed record Contestant(string Name, Func<Stage, string, Team> Start)
{
    /// <summary>As many requests at a time as a site works on (KB871161); all contestants have as many, but for one.</summary>
    public const int Concurrency = 10;

    private const string Address = "Ccr__Sites__hq__ManagementPoints__0__Address";

    /// <summary>One of so many events is given to it: a slow one has no other rate with fewer, and takes no longer than the rest.</summary>
    public int OneOf { get; private init; } = 1;

    /// <summary>Has one request in flight, so that its rate is one over the management point's time.</summary>
    public bool IsSequential { get; private init; }

    /// <summary>Whether it needs a relay on the stage.</summary>
    public bool IsBehindRelay { get; private init; }

    /// <summary>The programs it is run with; those of the experiment when null.</summary>
    public Programs? Programs { get; init; }

    /// <summary>Whether it is what ships.</summary>
    public bool IsOurs { get; private init; }

    /// <summary>The 100 % line: the official client, ten calls, nothing taken in advance, one send at a time.</summary>
    public static Contestant Twin { get; } = OfThisProgram("twin, official client", stage => ["be-twin", stage.ConnectionString, stage.ManagementPoint]);

    /// <summary>The same with a connection of its own for each request, as ours: its price alone.</summary>
    public static Contestant OwnConnections { get; } =
        OfThisProgram("twin, a connection a push", stage => ["be-twin", stage.ConnectionString, stage.ManagementPoint, "--not-kept"]);

    /// <summary>The same with all that makes it faster: 32 calls, 100 messages taken in advance, sends in groups.</summary>
    public static Contestant BestTwin { get; } = OfThisProgram("best twin", stage => ["be-twin", stage.ConnectionString, stage.ManagementPoint, "--best"]);

    /// <summary>Without Microsoft's client.</summary>
    public static Contestant Bare { get; } = OfThisProgram("bare AMQPNetLite", stage => ["be-bare", stage.ConnectionString, stage.ManagementPoint]);

    /// <summary>Ours, without a ledger on any disk.</summary>
    public static Contestant WithoutLedger { get; } = Ours("ours, ledger in memory", (_, _) => [KeyValuePair.Create("Ledger__InMemory", "true")]);

    /// <summary>Ours as it is run on one computer.</summary>
    public static Contestant WithSqlite { get; } = Ours("ours, SQLite", (stage, place) => [Sqlite(stage, place)]);

    /// <summary>What one writes by hand, with the official SDK.</summary>
    public static Contestant Node(int concurrency) => new($"Node worker, {concurrency} at a time", (stage, _) => new Team(stage.StartContestant(
        ["node", Repository.PathOf("tests/Ccr.Performance/Experiment/node/worker.mjs")],
        [stage.ConnectionString, stage.ManagementPoint, $"{concurrency}"], [])))
    {
        OneOf = 4,
        IsSequential = concurrency == 1,
    };

    /// <summary>Ours as it is run in Azure, with Azurite for the storage account.</summary>
    public static Contestant WithTables(string connectionString) => Ours("ours, Tables on Azurite", oneOf: 4, ledger: (stage, place) =>
    [
        KeyValuePair.Create("Ledger__ConnectionString", connectionString),
        KeyValuePair.Create("Ledger__Table", $"t{place}{Math.Abs(stage.Folder.GetHashCode(StringComparison.Ordinal))}"),
    ]);

    /// <summary>Ours with an agent that does the pushing: two processes, each with its own record on the disk.</summary>
    public static Contestant WithAgent { get; } = new("ours, SQLite, through an agent", (stage, place) =>
    {
        var key = KeyValuePair.Create("Ccr__Sites__hq__SigningKeys__0", Convert.ToBase64String(new byte[32]));
        KeyValuePair<string, string>[] common = [.. Settings(stage), key];
        return new Team(
            Process(stage, [.. common, KeyValuePair.Create("Ccr__Sites__hq__Transport", "Agent"), Sqlite(stage, place)]),
            Agent(stage, place, [.. common, KeyValuePair.Create("ServiceBus", stage.ConnectionString), KeyValuePair.Create("Agent__SharesQueue", "false")]));
    })
    {
        IsOurs = true,
    };

    /// <summary>The same with an agent that listens on a relay, which belongs to the stage.</summary>
    public static Contestant WithRelay { get; } = new("ours, SQLite, through a relay", (stage, place) =>
    {
        var settings = Settings(stage).ToDictionary(StringComparer.Ordinal);
        RelayAccess.AddTo(settings, stage.HybridConnection!);
        var agent = Agent(stage, place, settings);
        settings.Remove(Address);
        settings["Ccr__Sites__hq__Transport"] = "Relay";
        return new Team(Process(stage, [.. settings, Sqlite(stage, place)]), agent);
    })
    {
        IsBehindRelay = true,
        IsOurs = true,
    };

    private static Contestant OfThisProgram(string name, Func<Stage, string[]> arguments) => new(
        name, (stage, _) => new Team(stage.StartContestant(Staging.Programs.Own, ["experiment", .. arguments(stage)], [])));

    private static Contestant Ours(string name, Func<Stage, string, KeyValuePair<string, string>[]> ledger, int oneOf = 1) =>
        new(name, (stage, place) => new Team(Process(stage, [.. Settings(stage), .. ledger(stage, place)]))) { OneOf = oneOf, IsOurs = true };

    private static ChildProcess Agent(Stage stage, string place, IEnumerable<KeyValuePair<string, string>> settings)
    {
        var config = Path.Combine(stage.Folder, "agent.json");
        File.WriteAllText(config, "{}");
        return stage.StartContestant(
            stage.Programs.Agent,
            ["--config", config],
            [
                .. settings,
                .. stage.Programs.Environment,
                KeyValuePair.Create("Agent__Name", "experiment"),
                KeyValuePair.Create("Agent__DataDirectory", Path.Combine(stage.Folder, $"agent-{place}")),
                KeyValuePair.Create("Agent__StatusPort", "-1"),
            ]);
    }

    private static KeyValuePair<string, string> Sqlite(Stage stage, string place) =>
        KeyValuePair.Create("Ledger__Path", Path.Combine(stage.Folder, $"{place}.db"));

    private static ChildProcess Process(Stage stage, IEnumerable<KeyValuePair<string, string>> settings) =>
        stage.StartContestant(stage.Programs.Ccr, ["process", "--json", "--connection", stage.ConnectionString], [.. settings, .. stage.Programs.Environment]);

    /// <summary>What brakes on purpose is off: it would be measured instead of the way.</summary>
    private static KeyValuePair<string, string>[] Settings(Stage stage) =>
    [
        KeyValuePair.Create("Ccr__DefaultDomain", "CORP"),
        KeyValuePair.Create(Address, stage.ManagementPoint),
        KeyValuePair.Create("Ccr__Storms__MaxMachines", "0"),
        KeyValuePair.Create("Ccr__Circuit__MinRequests", "10000"),
        KeyValuePair.Create("Ccr__Submissions__ClaimLease", "00:00:10"),
    ];
}
