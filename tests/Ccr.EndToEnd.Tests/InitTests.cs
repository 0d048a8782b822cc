using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ccr.Cli;
using Ccr.EndToEnd.Tests.Support;
using NJsonSchema;

namespace Ccr.EndToEnd.Tests;

public sealed class InitTests : IDisposable
{
    private const string Key = "Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=k;SharedAccessKey=dg==;UseDevelopmentEmulator=true";
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string> Combinations => new()
    {
        { "direct", "management-point" },
        { "direct", "admin-service" },
        { "relay", "management-point" },
        { "relay", "admin-service" },
        { "relay", "file-drop" },
        { "agent", "management-point" },
        { "agent", "admin-service" },
        { "agent", "file-drop" },
    };

    [Theory]
    [MemberData(nameof(Combinations))]
    public async Task Init_OfEveryTransportAndMethod_WritesWhatCheckFindsSoundAndTheSchemaDescribes(string transport, string method)
    {
        var run = await CcrCommand.RunAsync(ArgumentsFor(transport, method));
        string[] configs = [_folder.PathOf("ccr.json"), .. transport == "direct" ? Array.Empty<string>() : [_folder.PathOf("agent.json")]];

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(configs.Length, Directory.GetFiles(_folder.Path).Count(file => !file.EndsWith(".schema.json", StringComparison.Ordinal)));
        foreach (var config in configs)
        {
            var check = await CcrCommand.RunAsync("check", "--config", config, "--data", _folder.PathOf("ledger"));
            Assert.Contains("ok    configuration", check.Output);
            Assert.DoesNotContain("configuration file", check.Output);
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(config));

            var schema = await JsonSchema.FromFileAsync(config.Replace(".json", ".schema.json", StringComparison.Ordinal), TestContext.Current.CancellationToken);
            Assert.Empty(schema.Validate(await File.ReadAllTextAsync(config, TestContext.Current.CancellationToken)));
        }
    }

    [Fact]
    public async Task Init_Asked_TakesTheAnswersAndAsksAgainForWhatIsNoChoice()
    {
        var run = await CcrCommand.RunWithInputAsync(
            "carrier pigeon\nagent\nadmin-service\n\nhttps://cm01.corp.example\nCORP\ncontoso.servicebus.windows.net\n\n", "init", "--output", _folder.Path);

        var processor = Read("ccr.json");
        var agent = Read("agent.json");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("--transport is 'carrier pigeon': write one of direct, relay, agent.", run.Error);
        Assert.Equal("https://cm01.corp.example", (string)processor["Ccr"]!["Sites"]!["hq"]!["AdminService"]!["Address"]!);
        Assert.Equal("contoso.servicebus.windows.net", (string)processor["ServiceBus"]!["FullyQualifiedNamespace"]!);
        Assert.Equal("/var/lib/ccr-agent", (string)agent["Agent"]!["DataDirectory"]!);
        var (one, other) = ((string)processor["Ccr"]!["Sites"]!["hq"]!["SigningKeys"]![0]!, (string)agent["Ccr"]!["Sites"]!["hq"]!["SigningKeys"]![0]!);
        Assert.Equal((one, 32), (other, Convert.FromBase64String(one).Length));
    }

    [Fact]
    public async Task Init_OfSeveralSites_GivesEachAgentAFileAndAKeyOfItsOwn()
    {
        var run = await CcrCommand.RunAsync(
            "init", "--transport", "agent", "--method", "management-point", "--site", "hq=http://mp01", "--site", "lab=http://mp02", "--domain", "CORP",
            "--connection", Key, "--agent-data", _folder.Path, "--output", _folder.Path);

        Assert.Equal(0, run.ExitCode);
        Assert.NotEqual(KeyOf("hq"), KeyOf("lab"));
        string KeyOf(string site) => (string)Read($"agent-{site}.json")["Ccr"]!["Sites"]![site]!["SigningKeys"]![0]!;
    }

    [Fact]
    public async Task Init_FilesThatAreThere_AreReplacedOnlyByForceAndThenPrivate()
    {
        var config = _folder.Write("ccr.json", "mine");

        var refused = await CcrCommand.RunAsync(ArgumentsFor("direct", "management-point"));
        var kept = await File.ReadAllTextAsync(config, TestContext.Current.CancellationToken);
        var forced = await CcrCommand.RunAsync([.. ArgumentsFor("direct", "management-point"), "--force"]);

        Assert.Equal((ExitCode.Usage, "mine"), (refused.ExitCode, kept));
        Assert.StartsWith($"CCR5910: nothing was written: '{config}' would be replaced. ", refused.Error);
        Assert.Equal([config], Directory.GetFiles(_folder.Path, "ccr.json"));
        Assert.Equal(0, forced.ExitCode);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(config));
    }

    [Theory]
    [InlineData("CCR5903: --method is 'file-drop': write one of management-point, admin-service", "--method", "file-drop")]
    [InlineData("CCR5903: --site is 'hq': write KEY=ADDRESS, for example hq=http://mp01", "--site", "hq")]
    [InlineData("CCR5001: Ccr:Sites:hq:ManagementPoints:0:Address", "--site", "hq=mp01")]
    [InlineData("CCR5001: Ccr:DefaultDomain", "--domain", "corp.example.com")]
    public async Task Init_AnswerThatIsNotSound_NamesItAndWritesNothing(string error, string option, string wrong)
    {
        var arguments = ArgumentsFor("direct", "management-point");
        arguments[Array.IndexOf(arguments, option) + 1] = wrong;

        var run = await CcrCommand.RunAsync(arguments);

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith(error, run.Error);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData("ccr.schema.json")]
    [InlineData("agent.schema.json")]
    public async Task Schema_OfTheRepository_IsThatOfTheOptions(string name)
    {
        var file = Repository.PathOf("src", "Ccr.Cli", "Init", name);
        var text = (name == "ccr.schema.json" ? SettingsSchema.OfProcessor() : SettingsSchema.OfAgent()).ToJsonString(Json).ReplaceLineEndings("\n") + "\n";

        if (Environment.GetEnvironmentVariable("CCR_ACCEPT_SNAPSHOTS") == "1") await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
        Assert.Equal(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), text);
    }

    public void Dispose() => _folder.Dispose();

    private string[] ArgumentsFor(string transport, string method) =>
    [
        "init", "--transport", transport, "--method", method, "--site", method == "admin-service" ? "hq=https://127.0.0.1:1" : "hq=http://127.0.0.1:1",
        "--domain", "CORP", "--connection", Key, "--relay", "127.0.0.1:1", "--agent-data", _folder.Path, "--inbox", _folder.Path, "--output", _folder.Path,
    ];

    private JsonNode Read(string name) => JsonNode.Parse(File.ReadAllText(_folder.PathOf(name)))!;
}
