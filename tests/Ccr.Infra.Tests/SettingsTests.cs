using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Ccr.Core;
using Ccr.Core.Configuration;
using Ccr.Functions;
using Ccr.Infra.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using NJsonSchema;

namespace Ccr.Infra.Tests;

/// <summary>The configuration is one parameter, the same JSON as ccr.json, and the app reads from its settings what was written there.</summary>
public class SettingsTests(Predictions predictions)
{
    private const int Patience = 300_000;

    public static TheoryData<string> Configurations =>
        [.. Directory.EnumerateFiles(Repository.PathOf("infra"), "*ccr.json", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Repository.Root, file))];

    [Theory(Timeout = Patience)]
    [InlineData("agent", 10)]
    [InlineData("hybrid", 10, "branch-east=Relay", "branch-east=Key", "hq=Key")]
    [InlineData("private", 5)]
    [InlineData("relay", 10, "hq=Relay", "hq=Key")]
    public async Task Configuration_OfAnExample_ReachesTheAppUnchanged(string example, int rate, params string[] added)
    {
        var settings = (await predictions.OfAsync(example)).Settings.Properties.EnumerateObject().Select(setting => KeyValuePair.Create(
            setting.Name.Replace("__", ":", StringComparison.Ordinal), Known(setting.Name, setting.Value.GetString())));
        using var app = new ConfigurationManager();
        app.AddInMemoryCollection(settings);

        Assert.Null(app.AddDeployed());

        // What the deployment knows and the file does not, and nothing else.
        using var file = new ConfigurationManager();
        file.AddJsonFile(Repository.PathOf("infra", "examples", $"{example}.ccr.json"));
        file["Ccr:Rate:MaxConcurrent"] = $"{rate}";
        foreach (var site in example == "agent" ? ["hq=Key"] : added)
        {
            var key = $"Ccr:Sites:{site.Split('=')[0]}";
            if (site.EndsWith("Key", StringComparison.Ordinal)) file[$"{key}:SigningKeys:0"] = KeyOf(site.Split('=')[0]);
            else (file[$"{key}:Relay:Endpoint"], file[$"{key}:Relay:ClientId"]) = ("https://relay.example", "client");
        }

        if (example == "hybrid") file["Ccr:Sites:plant:ManagementPoints:0:Password"] = "secret";
        Assert.Equal(Values(file), Values(app));
        using var services = new ServiceCollection().AddLogging().AddCcrCore(app).BuildServiceProvider();
        Assert.Empty(Hosting.StartupFaults.FindInOptions(services));
    }

    [Theory]
    [MemberData(nameof(Configurations))]
    public async Task Configuration_OfEveryExample_IsWhatTheSchemaDescribes(string file)
    {
        var schema = await JsonSchema.FromFileAsync(Repository.PathOf("src", "Ccr.Cli", "Init", "ccr.schema.json"), TestContext.Current.CancellationToken);

        var json = await File.ReadAllTextAsync(Repository.PathOf(file), TestContext.Current.CancellationToken);

        Assert.Empty(schema.Validate(json));
        using var document = JsonDocument.Parse(json);
        Assert.EndsWith("src/Ccr.Cli/Init/ccr.schema.json", document.RootElement.GetProperty("$schema").GetString(), StringComparison.Ordinal);
    }

    [Theory(Timeout = Patience)]
    [InlineData("\"SigningKeys\": [\"secret\"]", "The configuration holds \"SigningKeys\"")]
    [InlineData("\"ManagementPoints\": [{ \"Address\": \"http://mp\", \"Password\": \"secret\" }]", "The configuration holds \"Password\"")]
    public async Task Secrets_InTheConfiguration_AreRefusedWithWhereTheyBelong(string setting, string expected)
    {
        using var infra = new InfraCopy();

        var refusal = await infra.RefusalAsync(await infra.WriteParametersAsync(
            "FlexConsumption", $"{{ \"Ccr\": {{ \"Sites\": {{ \"hq\": {{ \"Transport\": \"Agent\", {setting} }} }} }} }}"));

        Assert.Contains(expected, refusal.Replace("\\\"", "\"", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("put the key of a site into the vault as ccr-agent-<site>", refusal, StringComparison.Ordinal);
    }

    [Fact(Timeout = Patience)]
    public async Task Configuration_ThatIsLargerThanASettingMayBe_IsRefused()
    {
        using var infra = new InfraCopy();
        var names = string.Join(",", Enumerable.Range(0, 3000).Select(n => $"\"DC{n:d5}\""));

        var refusal = await infra.RefusalAsync(await infra.WriteParametersAsync(
            "FlexConsumption", $"{{ \"Ccr\": {{ \"Targets\": {{ \"DomainControllers\": [{names}] }}, \"Sites\": {{ \"hq\": {{ \"Transport\": \"Relay\" }} }} }} }}"));

        Assert.Contains("an app setting may have 32,000 at most", refusal, StringComparison.Ordinal);
    }

    [Theory(Timeout = Patience)]
    [InlineData("FlexConsumption", "'Ccr__Events__DnsSuffixes__corp.example.com'", "Ccr__Events__DnsSuffixes__0__Suffix")]
    [InlineData("FlexConsumption", "'Ccr__Sites__branch-east__AllowUnsigned'", "Ccr__Sites__100__Key")]
    [InlineData("ElasticPremium", "'Ccr__Sites__branch-east__AllowUnsigned'", "Ccr__Sites__100__Key")]
    [InlineData("FlexConsumption", "Ledger__Table", "which the deployment sets itself")]
    [InlineData("FlexConsumption", "CCR_CONFIGURATION", "which the deployment sets itself")]
    public async Task Settings_WhoseNameCannotArrive_AreRefusedWithTheFormThatWorks(string hosting, string name, string expected)
    {
        using var infra = new InfraCopy();

        var refusal = await infra.RefusalAsync(await infra.WriteParametersAsync(hosting, [("hq", "Relay")], $"param settings = {{ {name}: 'x' }}"));

        Assert.Contains($"The parameter settings has {name.Trim('\'')}, ", refusal, StringComparison.Ordinal);
        Assert.Contains(expected, refusal, StringComparison.Ordinal);
    }

    [Theory(Timeout = Patience)]
    [MemberData(nameof(TemplateTests.Examples), MemberType = typeof(TemplateTests))]
    public async Task Settings_OfEveryExample_HaveNamesThatAppServiceTakesAndKeeps(string example) => Assert.All(
        (await predictions.OfAsync(example)).Settings.Properties.EnumerateObject(), setting => Assert.Matches("^[A-Za-z0-9_]+$", setting.Name));

    [Fact(Timeout = Patience)]
    public async Task Settings_OfOnesOwn_AreThereAfterEveryProvision() => Assert.Equal(
        "@Microsoft.KeyVault(VaultName=corp-secrets;SecretName=ccr-push)",
        (await predictions.OfAsync("hybrid")).Settings.Property("Ccr__Sites__plant__ManagementPoints__0__Password"));

    /// <summary>What is known at deployment, or by the vault.</summary>
    private static string? Known(string name, string? value) => name switch
    {
        _ when name.EndsWith("__Relay__Endpoint", StringComparison.Ordinal) => "https://relay.example",
        _ when name.EndsWith("__Relay__ClientId", StringComparison.Ordinal) => "client",
        _ when name.EndsWith("__SigningKeys__0", StringComparison.Ordinal) => KeyOf(value!.Split("SecretName=ccr-agent-")[1].TrimEnd(')')),
        _ when name.EndsWith("__Password", StringComparison.Ordinal) => "secret",
        _ => value,
    };

    private static string KeyOf(string site) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(site)));

    private static IEnumerable<string> Values(ConfigurationManager configuration) =>
        PairLists.Read(configuration.GetSection(CcrOptions.Section), typeof(CcrOptions), []).AsEnumerable()
            .Where(setting => setting.Value is not null).Select(setting => $"{setting.Key} = {setting.Value}").Order(StringComparer.Ordinal);
}
