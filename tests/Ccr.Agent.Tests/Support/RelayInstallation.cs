using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Ccr.Core.Agents;
using Ccr.Core.Machines;
using Ccr.Core.Sites;
using Ccr.EmbeddedRelay;
using Ccr.Hosting;
using Ccr.Hosting.Relay;
using Ccr.SiteSimulator;
using Ccr.SiteSimulator.Faults;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ccr.Agent.Tests.Support;

/// <summary>A site behind the relay: the relay, the processor's end and the management point in the test's process, agents in their own.</summary>
internal sealed class RelayInstallation : IAsyncDisposable
{
    /// <summary>The relay's 60 seconds, shortened: so long a request is waited for whose agent was killed. An agent on a busy machine can need more.</summary>
    public static readonly TimeSpan ShortAnswerLimit = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly SigningKey SiteKey = SigningKey.Read(Installation.SigningKey)!;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ccr-relay-test-");
    private readonly string _key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private readonly List<AgentProcess> _agents = [];
    private ServiceProvider _services = null!;
    private RelaySender _stranger = null!;

    public SimulatedManagementPoint ManagementPoint { get; private set; } = null!;

    public EmbeddedRelayServer Relay { get; private set; } = null!;

    /// <summary>The query of every submission that the management point saw.</summary>
    public IReadOnlyList<string> Submitted => [.. ManagementPoint.Requests.Where(request => request.Method == "SMS_POST").Select(request => request.Query)];

    public static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Starts all but the agents.</summary>
    /// <param name="answerLimit">How long the relay waits for an agent's answer; as the relay of Azure does by default.</param>
    public static async Task<RelayInstallation> StartAsync(TimeSpan? answerLimit = null)
    {
        var installation = new RelayInstallation
        {
            ManagementPoint = await SimulatedManagementPoint.StartAsync(new SimulatedManagementPointOptions(), Stop),
        };
        installation.Relay = await EmbeddedRelayServer.StartAsync(
            new EmbeddedRelayOptions
            {
                Connections = ["hq"],
                Keys = [new EmbeddedRelayKey("any", installation._key)],
                Random = new Random(1),
                AnswerLimit = answerLimit ?? TimeSpan.FromSeconds(60),
            },
            ct: Stop);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Ccr:DefaultDomain"] = "CORP",
            ["Ccr:Sites:hq:Transport"] = "Relay",
            ["Ccr:Sites:hq:SigningKeys:0"] = Installation.SigningKey,
            ["Ccr:Sites:hq:Relay:Endpoint"] = installation.Relay.EndpointOf("hq").ToString(),
            ["Ccr:Sites:hq:Relay:KeyName"] = "any",
            ["Ccr:Sites:hq:Relay:Key"] = installation._key,
        }).Build();
        installation._services = new ServiceCollection().AddLogging().AddCcrJob(configuration).BuildServiceProvider();
        installation._stranger = new RelaySender(
            new RelayOptions { Endpoint = installation.Relay.EndpointOf("hq"), KeyName = "any", Key = installation._key }, TimeProvider.System);
        return installation;
    }

    /// <summary>Starts an agent, and returns when it listens.</summary>
    public async Task<AgentProcess> AddAgentAsync(
        string name = "agent-1", Action<JsonObject>? change = null, string? crashAfter = null, bool keepRunning = false, bool shipped = false)
    {
        var listeners = Relay.CountListeners("hq");
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        if (crashAfter is not null) (environment["CCR_TEST_CRASH_AFTER"], environment["CCR_TEST_CRASHED"]) = (crashAfter, PathOf("crashed"));
        var agent = new AgentProcess(Configure(name, change), environment, shipped);
        _agents.Add(agent);
        if (keepRunning) agent.KeepRunning();
        else agent.Start();
        await UntilAsync(() => Relay.CountListeners("hq") > listeners);
        return agent;
    }

    /// <summary>Submits as the processor does.</summary>
    public Task<SubmissionAnswer> SubmitAsync(AgentCommand command) => _services.GetRequiredService<ISubmitter>().SubmitAsync(
        _services.GetRequiredService<SiteTable>().Sites.Single().ManagementPoints[0],
        new Submission(MachineName.Parse(command.Machine), DomainName.Parse(command.Domain), command.Force) { Command = command },
        Stop);

    /// <summary>Asks as the processor does after a restart.</summary>
    public Task<SubmissionAnswer?> AskAsync(AgentCommand command) => _services.GetRequiredService<ISubmitter>().AskAsync(
        _services.GetRequiredService<SiteTable>().Sites.Single().ManagementPoints[0],
        new Submission(MachineName.Parse(command.Machine), DomainName.Parse(command.Domain), command.Force) { Command = command },
        Stop);

    /// <summary>Sends one question, signed by whoever has the site's key, and returns what the agent says.</summary>
    public async Task<RelayedVerdict> ExchangeAsync(RelayedSubmission question) =>
        RelayedVerdict.Read((await SendAsync(question.Sign([SiteKey]).Write())).Body.Span, question, [SiteKey]).Verdict!;

    /// <summary>Sends anything, as whoever may send to the relay can.</summary>
    public Task<RelayReply> SendAsync(byte[] body, string method = "POST", string path = RelayedSubmission.Path) =>
        _stranger.SendAsync(method, path, body, Stop);

    public static AgentCommand CommandFor(string machine, string requestId) => new()
    {
        RequestId = requestId,
        Source = "/test",
        EventId = requestId,
        Part = 1,
        Parts = 1,
        Machine = machine,
        Domain = "CORP",
        Site = "hq",
        Issued = Now,
        Expires = Now.AddMinutes(5),
        AnswerBy = Now.AddMinutes(5),
    };

    public void SetFaults(string plan) => ManagementPoint.Faults = FaultPlan.Parse(plan);

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    public async Task UntilAsync(Func<bool> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(Patience);
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (patience.IsCancellationRequested) Assert.Fail($"It did not come to that.\n{string.Join('\n', _agents.Select(agent => agent.Log))}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var agent in _agents) await agent.DisposeAsync();
        _stranger.Dispose();
        await _services.DisposeAsync();
        await Relay.DisposeAsync();
        await ManagementPoint.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private string Configure(string name, Action<JsonObject>? change)
    {
        var config = new JsonObject
        {
            ["Agent"] = new JsonObject { ["Name"] = name, ["DataDirectory"] = PathOf(name), ["StatusPort"] = -1 },
            ["Ccr"] = new JsonObject
            {
                ["DefaultDomain"] = "CORP",
                ["Targets"] = new JsonObject { ["Deny"] = new JsonArray("VIP*") },
                ["Circuit"] = new JsonObject { ["MinRequests"] = 100 },
                ["Sites"] = new JsonObject
                {
                    ["hq"] = new JsonObject
                    {
                        ["SigningKeys"] = new JsonArray(Installation.SigningKey),
                        [nameof(SiteOptions.Relay)] = new JsonObject { ["Endpoint"] = Relay.EndpointOf("hq").ToString(), ["KeyName"] = "any", ["Key"] = _key },
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
}
