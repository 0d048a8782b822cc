using System.Globalization;
using System.Text.Json.Nodes;
using Ccr.TestHost.Processor;
using Ccr.Campaign.Truth;

namespace Ccr.Campaign.Supervision;

/// <summary>A broker and a management point in processes of their own, and what it takes to run processors on them.</summary>
internal sealed class Installation : IAsyncDisposable
{
    private static readonly Dictionary<string, string> Ordinary = new(StringComparer.Ordinal)
    {
        ["Ccr__DefaultDomain"] = "CORP",
        ["Ccr__Freshness__MaxAge"] = "00:00:00",
        ["Ccr__Storms__MaxMachines"] = "0",

        // The shortest that are allowed, so that what waits for a lease waits not long.
        ["Ccr__Submissions__ClaimLease"] = "00:00:10",
        ["Ccr__Submissions__FirstRetryAfter"] = "00:00:01",
        ["Ccr__Submissions__LongestRetryAfter"] = "00:00:04",
        ["Ccr__Submissions__RetryDelay"] = "00:00:00.1",
        ["Ccr__Sites__hq__ManagementPoints__0__ConnectTimeout"] = "00:00:01",

        // Long enough for a machine that is busy with much else: a request that is given up counts as indeterminate.
        ["Ccr__Sites__hq__ManagementPoints__0__TotalTimeout"] = "00:00:08",
    };

    private const string Watch = "\"Name\": \"watch\"";
    private const string WitnessAlone = "witness";

    private readonly Setup _setup;
    private readonly List<ChildProcess> _processes = [];
    private string _config;
    private int _port;
    private int _managementPointPort;
    private int _relayPort;

    private Installation(string folder, Setup setup)
    {
        (Folder, _setup) = (folder, setup);
        _config = Path.Combine(folder, "Config.json");
    }

    public string Folder { get; }

    public string ConnectionString { get; private set; } = "";

    public string ManagementPointAddress { get; private set; } = "";

    public string RequestLog => Site?.RequestLog ?? Path.Combine(Folder, "mp", "requests.log");

    public string LedgerFile => _setup.LedgerFile ?? Path.Combine(Folder, "ledger.db");

    public ChildProcess Broker { get; private set; } = null!;

    public ChildProcess ManagementPoint { get; private set; } = null!;

    public ChildProcess Relay { get; private set; } = null!;

    /// <summary>The site that is looked at; null when the setup has none.</summary>
    public FastSite? Site { get; private set; }

    /// <summary>The address of the hybrid connection.</summary>
    public Uri HybridConnection => new($"http://127.0.0.1:{_relayPort}/{RelayAccess.Connection}");

    /// <summary>Sends the events, and hears the answers.</summary>
    public Witness Witness { get; private set; } = null!;

    public static async Task<Installation> StartAsync(string folder, Setup setup, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var installation = new Installation(folder, setup);
        try
        {
            // Locks of five seconds, the shortest that Service Bus gives.
            var config = await File.ReadAllTextAsync(Repository.PathOf("infra/service-bus/Config.json"), cancellationToken);
            config = config.Replace("\"PT1M\"", "\"PT5S\"", StringComparison.Ordinal);
            if (setup.KeepsResults) config = config.Replace(Watch, $"\"Name\": \"{WitnessAlone}\" }}, {{ {Watch}", StringComparison.Ordinal);
            if (setup.HearsRepeats) config = WithRepeats(config);
            await File.WriteAllTextAsync(installation._config, config, cancellationToken);
            if (setup.Site is { } site) installation.Site = await FastSite.StartAsync(site, Path.Combine(folder, "site"), cancellationToken);
            await Task.WhenAll(
                installation.StartBrokerAsync(cancellationToken),
                setup.Site is null ? installation.StartManagementPointAsync(setup.Faults, cancellationToken) : Task.CompletedTask,
                setup.HasRelay ? installation.StartRelayAsync(cancellationToken) : Task.CompletedTask);
            installation.Witness = await Witness.StartAsync(
                installation.ConnectionString, setup.KeepsResults ? WitnessAlone : "watch", setup.MostPatience, cancellationToken);
            return installation;
        }
        catch
        {
            await installation.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the broker, again on the same port and folder once it was started before.</summary>
    public async Task StartBrokerAsync(CancellationToken cancellationToken)
    {
        Broker = Run("ccr.dll", "broker", [
            "broker", "--json", "--config", _config, "--port", _port.ToString(CultureInfo.InvariantCulture),
            .. _setup.Broken == BrokenBuilds.ForgetfulBroker ? [] : new[] { "--data", Path.Combine(Folder, "broker") }], []);
        var listening = await Broker.SaidAsync("listening", cancellationToken);
        _port = listening.GetProperty("port").GetInt32();
        ConnectionString = listening.GetProperty("connection").GetString()!;
    }

    /// <summary>Starts the management point, again on the same port and folder once it was started before.</summary>
    public async Task StartManagementPointAsync(string? faults, CancellationToken cancellationToken)
    {
        ManagementPoint = Run("ccr.dll", "mp", [
            "simulate-mp", "--json", "--data", Path.Combine(Folder, "mp"), "--port", _managementPointPort.ToString(CultureInfo.InvariantCulture),
            .. faults is null ? [] : new[] { "--fault", faults }], []);
        var listening = await ManagementPoint.SaidAsync("listening", cancellationToken);
        ManagementPointAddress = listening.GetProperty("address").GetString()!;
        _managementPointPort = new Uri(ManagementPointAddress).Port;
    }

    /// <summary>Starts the relay, again on the same port once it was started before.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="clockOffset">How far its clock is off: by one that is ahead, every token has expired.</param>
    public async Task StartRelayAsync(CancellationToken cancellationToken, TimeSpan clockOffset = default)
    {
        Relay = Run("Ccr.TestHost.dll", "relay", ["relay", _relayPort.ToString(CultureInfo.InvariantCulture), RelayAccess.Key, RelayAccess.Connection], [
            KeyValuePair.Create("CCR_ANSWER_LIMIT", RelayAccess.AnswerLimit), KeyValuePair.Create("CCR_CLOCK_OFFSET", clockOffset.ToString()),
        ]);
        var listening = await Relay.SaidAsync("listening", cancellationToken);
        _relayPort = new Uri(listening.GetProperty("address").GetString()!).Port;
    }

    /// <summary>Has the broker read another configuration when it is started next.</summary>
    public async Task ChangeConfigAsync(Func<string, string> change, CancellationToken cancellationToken)
    {
        var text = change(await File.ReadAllTextAsync(_config, cancellationToken));
        _config = Path.Combine(Folder, $"Config-{Guid.NewGuid():N}.json");
        await File.WriteAllTextAsync(_config, text, cancellationToken);
    }

    /// <summary>Starts the processor that ships: <c>ccr process</c>.</summary>
    public Task<ChildProcess> StartProcessorAsync(CancellationToken cancellationToken) => _setup.Broken is not null
        ? StartHostAsync([], cancellationToken)
        : StartAsync(Run("ccr.dll", "processor", ["process", "--json", "--connection", ConnectionString], ProcessorSettings([])), cancellationToken);

    /// <summary>Starts the campaign's own host, which can be told where to die.</summary>
    public Task<ChildProcess> StartHostAsync(IEnumerable<KeyValuePair<string, string>> settings, CancellationToken cancellationToken) =>
        StartAsync(Run("Ccr.TestHost.dll", "processor", ["processor"], ProcessorSettings(settings)), cancellationToken);

    /// <summary>Starts the campaign's own host without waiting for it: it may die before it says anything.</summary>
    public ChildProcess RunHost(params IEnumerable<KeyValuePair<string, string>> settings) =>
        Run("Ccr.TestHost.dll", "processor", ["processor"], ProcessorSettings(settings));

    /// <summary>Starts the agent: the one that ships, or the unit tests' own, which kills itself after a step.</summary>
    /// <param name="dieAfter">The step.</param>
    /// <param name="name">Its name and its folder: an agent with another one is another agent.</param>
    /// <param name="sharesQueue">Whether there are others on its queue.</param>
    public ChildProcess RunAgent(string? dieAfter = null, string name = "agent", bool sharesQueue = false)
    {
        var config = Path.Combine(Folder, $"{name}.json");
        File.WriteAllText(config, "{}");
        var settings = SettingsFor([
            KeyValuePair.Create("Agent__Name", name),
            KeyValuePair.Create("Agent__Site", "hq"),
            KeyValuePair.Create("Agent__DataDirectory", Path.Combine(Folder, name)),
            KeyValuePair.Create("Agent__SharesQueue", sharesQueue ? "true" : "false"),
            KeyValuePair.Create("Agent__StatusPort", "-1"),
            KeyValuePair.Create("Agent__MaxConcurrent", dieAfter is null ? "10" : "1"),
        ]);
        settings.Remove("Ccr__Sites__hq__Transport");
        var isBroken = _setup.Broken is BrokenBuilds.BelieveCopies or BrokenBuilds.BelieveReplays;
        if (dieAfter is null && isBroken) return Run("Ccr.TestHost.dll", name, ["agent", "--config", config], settings);
        if (dieAfter is null) return Run("Ccr.Agent.dll", "agent", ["--config", config], settings);

        settings["CCR_TEST_CRASH_AFTER"] = dieAfter;
        settings["CCR_TEST_CRASHED"] = Path.Combine(Folder, $"crashed-{Guid.NewGuid():N}");
        return Run("Ccr.TestHost.dll", "agent", ["agent", "--config", config], settings);
    }

    public async ValueTask DisposeAsync()
    {
        if (Witness is not null) await Witness.DisposeAsync();
        foreach (var process in _processes) await process.DisposeAsync();
        if (Site is not null) await Site.DisposeAsync();
    }

    private static string WithRepeats(string config)
    {
        var json = JsonNode.Parse(config)!;
        json["UserConfig"]!["Namespaces"]![0]!["Topics"]![0]!["Properties"]!["RequiresDuplicateDetection"] = false;
        return json.ToJsonString();
    }

    private static async Task<ChildProcess> StartAsync(ChildProcess process, CancellationToken cancellationToken)
    {
        await process.SaidAsync("processing", cancellationToken);
        return process;
    }

    /// <summary>The management points of a site behind the relay are known to its agents alone.</summary>
    private Dictionary<string, string> ProcessorSettings(IEnumerable<KeyValuePair<string, string>> settings)
    {
        var all = SettingsFor(settings);
        if (!_setup.HasRelay) return all;

        foreach (var key in all.Keys.Where(key => key.StartsWith("Ccr__Sites__hq__ManagementPoints", StringComparison.Ordinal)).ToList()) all.Remove(key);
        all["Ccr__Sites__hq__Transport"] = "Relay";
        return all;
    }

    private Dictionary<string, string> SettingsFor(IEnumerable<KeyValuePair<string, string>> settings)
    {
        var all = new Dictionary<string, string>(Ordinary, StringComparer.Ordinal)
        {
            ["Ccr__Sites__hq__ManagementPoints__0__Address"] = ManagementPointAddress,
            ["Ledger__Path"] = LedgerFile,
            ["ServiceBus"] = ConnectionString,
        };
        foreach (var site in _setup.OtherSites) all[$"Ccr__Sites__{site}__ManagementPoints__0__Address"] = ManagementPointAddress;
        if (Site is not null)
        {
            foreach (var key in all.Keys.Where(key => key.Contains("__ManagementPoints__", StringComparison.Ordinal)).ToList()) all.Remove(key);
            foreach (var (name, value) in Site.SettingsOf(["hq", .. _setup.OtherSites])) all[name] = value;
        }

        if (_setup.Broken is not null) all["CCR_BROKEN"] = _setup.Broken;
        if (_setup.HasRelay) RelayAccess.AddTo(all, HybridConnection);
        foreach (var (name, value) in _setup.Settings.Concat(settings)) all[name] = value;
        return all;
    }

    private ChildProcess Run(string dll, string name, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>> environment)
    {
        var process = ChildProcess.Start(dll, arguments, environment, Path.Combine(Folder, $"{name}-{_processes.Count}.log"));
        _processes.Add(process);
        return process;
    }
}
