using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Azure.Messaging.ServiceBus;
using Ccr.Core.Agents;
using Ccr.Core.Ledger;
using Ccr.Core.Messaging;
using Ccr.Core.Results;
using Ccr.EmbeddedServiceBus;
using Ccr.EmbeddedServiceBus.Configuration;
using Ccr.Hosting;
using Ccr.Hosting.Processing;
using Ccr.Hosting.ServiceBus;
using Ccr.SiteSimulator;
using Ccr.SiteSimulator.Faults;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ccr.Agent.Tests.Support;

/// <summary>
/// A site with an agent: embedded broker, processor and simulated management point in the test's process, agents in their own. Locks are short, so that
/// what a killed agent held comes back soon.
/// </summary>
internal sealed partial class Installation : IAsyncDisposable
{
    public const string SigningKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ccr-agent-test-");
    private readonly Lock _gate = new();
    private readonly List<ReinstallResult> _results = [];
    private readonly List<LookReport> _reports = [];
    private readonly List<VerificationResult> _verifications = [];
    private readonly List<AgentProcess> _agents = [];
    private ProcessingService _processing = null!;
    private EntityProcessor _watch = null!;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private EmbeddedBroker _broker = null!;
    private ServiceProvider _services = null!;
    private int _mpPort;
    private int _events;

    public SimulatedManagementPoint ManagementPoint { get; private set; } = null!;

    /// <summary>Every submission that any management point here saw, by machine.</summary>
    public IReadOnlyList<string> Submitted => [.. _submittedBefore, .. Machines(ManagementPoint)];

    private readonly List<string> _submittedBefore = [];

    public IReadOnlyList<ReinstallResult> Results
    {
        get { lock (_gate) return [.. _results]; }
    }

    /// <summary>What agents saw, as it came home.</summary>
    public IReadOnlyList<LookReport> Reports
    {
        get { lock (_gate) return [.. _reports]; }
    }

    public IReadOnlyList<VerificationResult> Verifications
    {
        get { lock (_gate) return [.. _verifications]; }
    }

    public IReadOnlyList<ReinstallResult> Terminal => [.. Results.Where(result => result.Outcome.IsTerminal() && !result.Late)];

    private readonly HashSet<string> _captured = new(StringComparer.Ordinal);
    private readonly HashSet<string> _sent = new(StringComparer.Ordinal);
    private long _next;

    /// <summary>Whether the agents' queue drops a message whose id it knows.</summary>
    private bool _dropsCopies;

    public static async Task<Installation> StartAsync(Action<Dictionary<string, string?>>? configure = null, bool dropsCopies = true)
    {
        var installation = new Installation { _dropsCopies = dropsCopies };
        installation.ManagementPoint = await SimulatedManagementPoint.StartAsync(new SimulatedManagementPointOptions(), Stop);
        installation._mpPort = installation.ManagementPoint.BaseAddress.Port;
        await installation.StartBrokerAsync(port: 0);
        await installation.StartProcessorAsync(configure);
        return installation;
    }

    /// <summary>Writes the configuration of an agent and returns its path.</summary>
    public string Configure(string name = "agent-1", Action<JsonObject>? change = null)
    {
        var config = new JsonObject
        {
            ["ServiceBus"] = _broker.ConnectionString,
            ["Agent"] = new JsonObject
            {
                ["Name"] = name,
                ["DataDirectory"] = PathOf(name),
                ["SharesQueue"] = false,
                ["StatusPort"] = -1,
                ["RetryDelay"] = "00:00:00.2",
                ["LongestRetryDelay"] = "00:00:01",
            },
            ["Ccr"] = new JsonObject
            {
                ["DefaultDomain"] = "CORP",
                ["Submissions"] = new JsonObject { ["ImmediateRetries"] = 0 },
                ["Circuit"] = new JsonObject { ["LeaveAloneFor"] = "00:00:01" },
                ["Sites"] = new JsonObject
                {
                    ["hq"] = new JsonObject
                    {
                        ["SigningKeys"] = new JsonArray(SigningKey),
                        ["ManagementPoints"] = new JsonArray(new JsonObject { ["Address"] = ManagementPoint.BaseAddress.ToString().TrimEnd('/') }),
                    },
                },
            },
        };
        change?.Invoke(config);
        var path = PathOf($"{name}.json");
        File.WriteAllText(path, config.ToJsonString());
        return path;
    }

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    public AgentProcess AddAgent(string? configFile = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var agent = new AgentProcess(configFile ?? Configure(), environment);
        _agents.Add(agent);
        return agent;
    }

    /// <summary>Sends one event for each of so many machines.</summary>
    public async Task SendAsync(int count, string data = "")
    {
        await using var sender = _services.GetRequiredService<ServiceBusConnection>().CreateSender(Entities.Requests);
        await Task.WhenAll(Enumerable.Range(_events, count).Select(number => sender.SendAsync(Event(number, data), Stop)));
        _events += count;
    }

    /// <summary>Whoever may send to the agents' queue and has seen its commands: they are sent again, in turn under the same id and under others.</summary>
    public async Task SendCopiesAsync(int copies, bool underOtherIds)
    {
        await UntilAsync(() => Results.Count(result => result.Outcome == Outcome.Dispatched) == _events);
        var connection = _services.GetRequiredService<ServiceBusConnection>();
        await using var receiver = connection.CreateReceiver(Entities.AgentQueue("hq"));
        await using var sender = connection.CreateSender(Entities.AgentQueue("hq"));
        var commands = new List<ServiceBusReceivedMessage>();
        while (await receiver.PeekAsync(_next, 200, Stop) is { Count: > 0 } page)
        {
            _next = page[^1].SequenceNumber + 1;
            commands.AddRange(page.Where(command => _captured.Add(command.MessageId) && !_sent.Contains(command.MessageId)));
        }

        for (var copy = 1; copy < copies; copy++)
        {
            foreach (var chunk in commands.Chunk(500))
            {
                var ids = chunk.Select(command => underOtherIds && copy % 2 == 0 ? $"{command.MessageId}-{copy}" : command.MessageId).ToList();
                _sent.UnionWith(ids);
                await Task.WhenAll(chunk.Zip(ids, (command, id) => sender.SendAsync(new ServiceBusMessage(command.Body) { MessageId = id }, Stop)));
            }
        }
    }

    /// <summary>Waits until every event has its terminal result, and checks what always holds.</summary>
    /// <param name="sharedQueue">
    /// Whether agents share the queue: then a killed one leaves to the others what it had in its fingers, if it is not back in time. They may have it and
    /// answer, or nobody has, and the processor would end it later than a test can wait.
    /// </param>
    public async Task CompleteAsync(bool sharedQueue = false)
    {
        await UntilAsync(() => Terminal.Select(result => result.RequestId).Union(sharedQueue ? LeftToOthers() : []).Count() == _events);
        var submissions = Submitted.GroupBy(machine => machine).ToList();
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            events {_events}, results {Terminal.Count}, submissions {Submitted.Count},
            most for one machine {submissions.Select(group => group.Count()).DefaultIfEmpty().Max()}, agent starts {_agents.Sum(agent => agent.Starts)},
            {string.Join(", ", Terminal.GroupBy(result => result.Outcome).Select(group => $"{group.Key} {group.Count()}"))}
            """));
        Assert.All(submissions, group => Assert.Single(group));
        Assert.Equal(Terminal.Count, Terminal.Select(result => result.RequestId).Distinct().Count());
    }

    /// <summary>The requests that an agent left to the others; it may say so twice, when it was killed before it had written it down.</summary>
    private IEnumerable<string> LeftToOthers() =>
        _agents.SelectMany(agent => LeftToOther().Matches(agent.Log).Select(match => match.Groups["request"].Value));

    [GeneratedRegex("is left to it, request (?<request>\\S+)", RegexOptions.NonBacktracking)]
    private static partial Regex LeftToOther();

    /// <summary>Waits for a condition, which is looked at after each result and now and then.</summary>
    public async Task UntilAsync(Func<bool> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(Patience);
        while (!condition())
        {
            Task changed;
            lock (_gate) changed = _changed.Task;
            try
            {
                await Task.WhenAny(changed, Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, patience.Token));
                patience.Token.ThrowIfCancellationRequested();
            }
            catch (OperationCanceledException)
            {
                Assert.Fail(Describe());
            }
        }
    }

    /// <summary>What there is instead of what was waited for, with the numbers first: a long log is often kept only by its first lines.</summary>
    private string Describe()
    {
        var answered = Terminal.Select(result => result.RequestId).ToHashSet(StringComparer.Ordinal);
        var open = Results.Where(result => !answered.Contains(result.RequestId));
        return $"""
            It did not come to that: {_events} events, {Terminal.Count} terminal results for {answered.Count} requests, {Submitted.Count} submissions.
            Left to other agents: {string.Join(", ", LeftToOthers())}
            Agents' starts: {string.Join(", ", _agents.Select(agent => agent.Starts))}
            {string.Join('\n', open.Select(result => $"{result.Outcome} {result.Machine} {result.Reason} {result.RequestId} {result.Detail}"))}
            {string.Join('\n', _agents.Select(agent => agent.Log))}
            """;
    }

    public void SetFaults(string plan) => ManagementPoint.Faults = FaultPlan.Parse(plan);

    public async Task StopManagementPointAsync()
    {
        _submittedBefore.AddRange(Machines(ManagementPoint));
        await ManagementPoint.DisposeAsync();
    }

    public async Task StartManagementPointAsync() =>
        ManagementPoint = await SimulatedManagementPoint.StartAsync(new SimulatedManagementPointOptions { Port = _mpPort }, Stop);

    public async Task RestartBrokerAsync()
    {
        var port = new Uri(_broker.ConnectionString.Split(';')[0]["Endpoint=".Length..]).Port;
        await _broker.DisposeAsync();
        await StartBrokerAsync(port);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var agent in _agents) await agent.DisposeAsync();
        await _processing.StopAsync(CancellationToken.None);
        await _watch.DisposeAsync();
        await _services.DisposeAsync();
        await _broker.DisposeAsync();
        await ManagementPoint.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>Asks the site's agent as the processor does, or as whoever may send to its queue can.</summary>
    public async Task SendAsync(AgentLook look)
    {
        await using var sender = _services.GetRequiredService<ServiceBusConnection>().CreateSender(Entities.AgentQueue("hq"));
        await sender.SendAsync(new ServiceBusMessage(look.Write()) { MessageId = look.Nonce }, Stop);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static IEnumerable<string> Machines(SimulatedManagementPoint managementPoint) =>
        managementPoint.Requests.Where(request => request.Method == "SMS_POST").Select(request => request.Query);

    private static ServiceBusMessage Event(int number, string data) => new(
        $$"""{ "specversion": "1.0", "type": "ccr.reinstall.requested", "source": "/test", "id": "{{number}}", "data": { "machine": "PC{{number:0000}}" {{data}} } }""")
    {
        MessageId = $"event-{number}",
    };

    private async Task StartBrokerAsync(int port)
    {
        var entities = PathOf("Config.json");
        var config = (await File.ReadAllTextAsync(Repository.PathOf("infra", "service-bus", "Config.json"), Stop))
            .Replace("PT1M", "PT5S", StringComparison.Ordinal);
        if (!_dropsCopies)
        {
            var queue = config.IndexOf("\"ccr-agent-hq\"", StringComparison.Ordinal);
            config = config[..queue] + config[queue..].Replace(
                "\"RequiresDuplicateDetection\": true", "\"RequiresDuplicateDetection\": false", StringComparison.Ordinal);
        }

        await File.WriteAllTextAsync(entities, config, Stop);
        _broker = await EmbeddedBroker.StartAsync(
            new EmbeddedBrokerOptions { Config = ServiceBusConfig.Load(entities), Port = port, DataDirectory = PathOf("broker") }, NullLoggerFactory.Instance,
            Stop);
    }

    private async Task StartProcessorAsync(Action<Dictionary<string, string?>>? configure)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ServiceBus"] = _broker.ConnectionString,
            ["Ccr:DefaultDomain"] = "CORP",
            ["Ccr:Sites:hq:Transport"] = "Agent",
            ["Ccr:Sites:hq:SigningKeys:0"] = SigningKey,
            ["Ccr:Sites:hq:ManagementPoints:0:Address"] = "http://mp01.corp.example",
            ["Ccr:Storms:MaxMachines"] = "0",
        };
        configure?.Invoke(settings);
        var services = new ServiceCollection();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        services.AddLogging().AddSingleton<ILedgerStore, InMemoryLedgerStore>().AddCcrHost(configuration).AddCcrProcessing(configuration);
        _services = services.BuildServiceProvider();
        _processing = _services.GetRequiredService<ProcessingService>();
        await _processing.StartAsync(Stop);
        _watch = _services.GetRequiredService<ServiceBusConnection>().CreateProcessor(
            EntityPath.Subscription(Entities.Results, Entities.WatchSubscription),
            concurrency: 1,
            async (message, settlement, _) =>
            {
                if (LookReport.Read(message.Body) is { } report) Note(_reports, report);
                else if (ResultMessage.ReadVerification(message.Body) is { } verification) Note(_verifications, verification);
                else if (AgentHeartbeat.Read(message.Body) is null) Note(_results, ResultMessage.Read(message.Body)!);
                await settlement.CompleteAsync(CancellationToken.None);
            });
        await _watch.StartAsync(Stop);
    }

    private void Note<T>(List<T> seen, T what)
    {
        lock (_gate)
        {
            // A test's collector may get a message twice; what it counts are results.
            if (!seen.Contains(what)) seen.Add(what);
            _changed.SetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
