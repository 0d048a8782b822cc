using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ccr.Agent.Tests.Support;
using Ccr.Core.Results;

namespace Ccr.Agent.Tests;

/// <summary>The process as an administrator meets it.</summary>
public class HostTests
{
    private const int Limit = 300_000;

    [Fact(Timeout = Limit)]
    public async Task Status_AfterACommand_TellsOfItAndOfTheConnection()
    {
        await using var installation = await Installation.StartAsync();
        var agent = installation.AddAgent(installation.Configure(change: config => config["Agent"]!["StatusPort"] = 0)).Start();
        await installation.SendAsync(2);
        await installation.CompleteAsync();
        await installation.UntilAsync(() => agent.Log.Split("Accepted CCR3001").Length == 3);

        using var client = new HttpClient { BaseAddress = await AddressAsync(installation, agent) };
        var status = (await client.GetFromJsonAsync<JsonElement>("status", TestContext.Current.CancellationToken))!;
        using var health = await client.GetAsync("health", TestContext.Current.CancellationToken);

        Assert.Equal(
            ("agent-1", "hq", Repository.Version),
            (status.GetProperty("name").GetString(), status.GetProperty("site").GetString(), status.GetProperty("version").GetString()));
        Assert.True(status.TryGetProperty("connectedSince", out _));
        Assert.Equal(0, status.GetProperty("queueLagSeconds").GetDouble());
        Assert.Equal(2, status.GetProperty("outcomes").GetProperty("Accepted").GetInt32());
        Assert.Equal(2, status.GetProperty("lastResults").GetArrayLength());
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    [Fact(Timeout = Limit)]
    public async Task Health_BrokerIsAway_IsUnavailable()
    {
        await using var installation = await Installation.StartAsync();
        var config = installation.Configure(change: config =>
        {
            config["Agent"]!["StatusPort"] = 0;
            config["ServiceBus"] = "Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=x;SharedAccessKey=secret;UseDevelopmentEmulator=true";
        });
        var agent = installation.AddAgent(config).Start();

        using var client = new HttpClient { BaseAddress = await AddressAsync(installation, agent) };
        using var health = await client.GetAsync("health", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        Assert.DoesNotContain("secret", await health.Content.ReadAsStringAsync(TestContext.Current.CancellationToken) + agent.Log);
    }

    [Theory(Timeout = Limit)]
    [InlineData("GET /status HTTP/1.1\r\nHost: evil.example\r\n\r\n", "400")]
    [InlineData("POST /status HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "400")]
    [InlineData("GET /../etc/passwd HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "404")]
    [InlineData("nonsense\r\n\r\n", "400")]
    public async Task Status_AskedForSomethingElse_IsRefused(string request, string status)
    {
        await using var installation = await Installation.StartAsync();
        var agent = installation.AddAgent(installation.Configure(change: config => config["Agent"]!["StatusPort"] = 0)).Start();
        var address = await AddressAsync(installation, agent);

        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, address.Port, TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(client.GetStream());

        Assert.StartsWith($"HTTP/1.1 {status} ", await reader.ReadLineAsync(TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = Limit)]
    public async Task Start_WithSeveralFaultsInItsConfiguration_NamesThemAllAndEndsWith2()
    {
        await using var installation = await Installation.StartAsync();
        var config = installation.Configure(change: config =>
        {
            config["Agent"]!["DataDirectory"] = "";
            config["Agent"]!["Site"] = "branch";
            config["Agent"]!["Speed"] = 3;
            config["Ccr"]!["Sites"]!["hq"]!["Transport"] = "Agent";
            config["ServiceBus"] = "nonsense=";
        });
        var agent = installation.AddAgent(config).Start();

        Assert.Equal(2, await agent.EndAsync());
        await installation.UntilAsync(() => agent.Log.Contains("CCR54", StringComparison.Ordinal));
        Assert.Contains("Agent:Speed", agent.Log);
        Assert.DoesNotContain("   at ", agent.Log);
    }

    [Fact(Timeout = Limit)]
    public async Task Start_AllSettingsReadableButWrong_NamesThemAll()
    {
        await using var installation = await Installation.StartAsync();
        var config = installation.Configure(change: config =>
        {
            config["Agent"]!["DataDirectory"] = "";
            config["Agent"]!["Site"] = "branch";
            config["Agent"]!["FileDropFolder"] = "/nowhere/ccr.box";
            config["Ccr"]!["Sites"]!["hq"]!["Transport"] = "Agent";
        });
        var agent = installation.AddAgent(config).Start();

        Assert.Equal(2, await agent.EndAsync());
        foreach (var setting in new[] { "Agent:DataDirectory", "Agent:Site", "Agent:FileDropFolder", "Ccr:Sites:hq:Transport" })
            Assert.Contains(setting, agent.Log);
    }

    [Fact(Timeout = Limit)]
    public async Task Start_InAFolderThatAnotherAgentUses_EndsWith1AndSaysWhy()
    {
        await using var installation = await Installation.StartAsync();
        var config = installation.Configure();
        installation.AddAgent(config).Start();
        await installation.SendAsync(1);
        await installation.CompleteAsync();

        var second = installation.AddAgent(config).Start();

        Assert.Equal(1, await second.EndAsync());
        await installation.UntilAsync(() => second.Log.Contains("CCR4610", StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task Start_WithItsKeyAmongTheCredentialsOfTheSystem_BelievesWhatIsSignedWithIt()
    {
        await using var installation = await Installation.StartAsync();
        var credentials = Directory.CreateDirectory(installation.PathOf("credentials")).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(credentials, "Ccr__Sites__hq__SigningKeys__0"), $"{Installation.SigningKey}\n", TestContext.Current.CancellationToken);
        var config = installation.Configure(
            change: config => config["Ccr"]!["Sites"]!["hq"]!["SigningKeys"] = new JsonArray(Convert.ToBase64String(new byte[32])));
        installation.AddAgent(config, new Dictionary<string, string>(StringComparer.Ordinal) { ["CREDENTIALS_DIRECTORY"] = credentials }).Start();

        await installation.SendAsync(1);

        await installation.CompleteAsync();
        Assert.Equal(Outcome.Accepted, Assert.Single(installation.Terminal).Outcome);
    }

    [Fact(Timeout = Limit)]
    public async Task Command_SignedWithAnotherKey_IsRefusedAndFailsItsRequest()
    {
        await using var installation = await Installation.StartAsync();
        var agent = installation.AddAgent(installation.Configure(
            change: config => config["Ccr"]!["Sites"]!["hq"]!["SigningKeys"] = new JsonArray(Convert.ToBase64String(new byte[32])))).Start();

        await installation.SendAsync(1);

        await installation.CompleteAsync();
        var result = Assert.Single(installation.Terminal);
        Assert.Equal((Outcome.Failed, "CCR4501"), (result.Outcome, result.Reason));
        Assert.Contains("CCR4602", result.Detail);
        Assert.Contains("CCR4602", agent.Log);
        Assert.Empty(installation.Submitted);
    }

    [Fact(Timeout = Limit)]
    public async Task Command_ForAMachineThatTheAgentDenies_IsRejected()
    {
        await using var installation = await Installation.StartAsync();
        installation.AddAgent(
            installation.Configure(change: config => config["Ccr"]!["Targets"] = new JsonObject { ["Deny"] = new JsonArray("PC0001") })).Start();

        await installation.SendAsync(3);

        await installation.CompleteAsync();
        var rejected = Assert.Single(installation.Terminal, result => result.Outcome == Outcome.Rejected);
        Assert.Equal(("PC0001", "CCR2008"), (rejected.Machine, rejected.Reason));
        Assert.Equal(2, installation.Submitted.Count);
    }

    [Fact(Timeout = Limit)]
    public async Task Command_WithAFileDrop_EndsAsAFileInTheInbox()
    {
        await using var installation = await Installation.StartAsync();
        var inbox = Directory.CreateDirectory(installation.PathOf("ccr.box"));
        await using var agent = new AgentProcess(
            installation.Configure(change: config => config["Agent"]!["FileDropFolder"] = inbox.FullName), shipped: true).Start();

        await installation.SendAsync(3);

        await installation.CompleteAsync();
        Assert.All(installation.Terminal, result => Assert.Equal((Outcome.Accepted, "CCR4620"), (result.Outcome, result.Reason)));
        Assert.Equal(3, inbox.GetFiles("*.ccr").Length);
        Assert.Empty(installation.Submitted);
    }

    [Fact(Timeout = Limit)]
    public async Task Agent_AsItShips_CarriesOutCommands()
    {
        await using var installation = await Installation.StartAsync();
        await using var agent = new AgentProcess(installation.Configure(), shipped: true).Start();

        await installation.SendAsync(3);

        await installation.CompleteAsync();
        Assert.Equal(3, installation.Submitted.Count);
        Assert.Equal(0, await agent.StopAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task Start_NativeWithoutItsLibrary_EndsWith1AndSaysWhichIsMissing()
    {
        var folder = Path.GetDirectoryName(Repository.PublishedAgent);
        Assert.SkipUnless(
            File.Exists(Path.Combine(folder ?? "", "libe_sqlite3.so")), "CCR_TEST_AGENT names no agent that was published with PublishAot (src/Ccr.Agent/README.md).");
        await using var installation = await Installation.StartAsync();
        var alone = installation.PathOf("Ccr.Agent");
        File.Copy(Repository.PublishedAgent!, alone);

        await using var agent = new AgentProcess(installation.Configure(), program: alone).Start();

        Assert.Equal(1, await agent.EndAsync());
        await installation.UntilAsync(() => agent.Log.Contains("CCR4615", StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", agent.Log);
    }

    [Theory(Timeout = Limit)]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task Agent_StoppedByASignalThatItsParentIgnores_EndsWell(string signal)
    {
        await using var installation = await Installation.StartAsync();
        await using var agent = new AgentProcess(installation.Configure(), shipped: true, ignoreSignals: true).Start();
        await installation.SendAsync(1);
        await installation.CompleteAsync();

        Assert.Equal(0, await agent.StopAsync(signal));
    }

    private static async Task<Uri> AddressAsync(Installation installation, AgentProcess agent)
    {
        const string Line = "Status page: ";
        await installation.UntilAsync(() => agent.Log.Contains("/status", StringComparison.Ordinal));
        return new Uri(agent.Log[(agent.Log.IndexOf(Line, StringComparison.Ordinal) + Line.Length)..].Split("status")[0]);
    }
}
