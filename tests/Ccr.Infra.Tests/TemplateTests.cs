using System.Text.Json;
using System.Text.RegularExpressions;
using Ccr.Infra.Tests.Support;

namespace Ccr.Infra.Tests;

public partial class TemplateTests(Predictions predictions)
{
    private const int Patience = 300_000;

    public static TheoryData<string> Examples =>
        [.. Directory.EnumerateFiles(Repository.PathOf("infra", "examples"), "*.bicepparam").Select(file => Path.GetFileNameWithoutExtension(file))];

    [Fact(Timeout = Patience)]
    public async Task Lint_OfEveryFile_FindsNothing()
    {
        using var infra = new InfraCopy();

        Assert.Equal("", await infra.LintAsync());
    }

    [Fact(Timeout = Patience)]
    public async Task Lint_OfAFaultInAModule_FindsIt()
    {
        using var infra = new InfraCopy();
        infra.Replace("modules/identity.bicep", "param location string", "param location string\nparam unused string");

        Assert.Contains("no-unused-params", await infra.LintAsync());
    }

    /// <summary>To accept a change, run the tests with CCR_ACCEPT_SNAPSHOTS=1 and review the difference.</summary>
    [Theory(Timeout = Patience)]
    [MemberData(nameof(Examples))]
    public async Task Outline_OfEveryExample_IsAsReviewed(string example)
    {
        var deployment = await predictions.OfAsync(example);

        await AssertAsReviewedAsync($"{example}.txt", deployment.Outline());
        await AssertAsReviewedAsync($"{example}.json", deployment.Resolved());
    }

    [Fact(Timeout = Patience)]
    public async Task Parameters_ForTheDeveloperCli_Compile()
    {
        using var infra = new InfraCopy();

        var deployment = await infra.PredictAsync("main");

        Assert.Single(deployment.OfType("Microsoft.Relay/namespaces/hybridConnections"));
        Assert.Contains(deployment.RoleAssignments(), each => each.Role == "Azure Relay Listener");
    }

    [Fact(Timeout = Patience)]
    public async Task Template_HasNoSecretInParametersOrOutputs()
    {
        using var infra = new InfraCopy();

        var template = await infra.BuildAsync();

        Assert.DoesNotContain("secureString", template.GetRawText(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secureObject", template.GetRawText(), StringComparison.OrdinalIgnoreCase);
        Assert.All(
            Objects(template, "outputs").SelectMany(outputs => outputs.EnumerateObject()),
            output => Assert.DoesNotMatch(SecretLike(), output.Value.GetRawText()));
        Assert.All(
            Objects(template, "parameters").SelectMany(parameters => parameters.EnumerateObject()),
            parameter => Assert.DoesNotMatch(SecretLike(), parameter.Name));
    }

    [Fact(Timeout = Patience)]
    public async Task Keys_AreUsedForHybridConnectionsOnly()
    {
        var deployment = await predictions.OfAsync("hybrid");

        Assert.Equal(
            ["Microsoft.Web/sites/hybridConnectionNamespaces/relays"],
            deployment.Resources.Where(
                resource => resource.Text.Contains("listKeys", StringComparison.OrdinalIgnoreCase)).Select(resource => resource.Type).Distinct());
    }

    [Theory(Timeout = Patience)]
    [InlineData("Microsoft.ServiceBus/namespaces", "disableLocalAuth", "True")]
    [InlineData("Microsoft.EventGrid/topics", "disableLocalAuth", "True")]
    [InlineData("Microsoft.Insights/components", "DisableLocalAuth", "True")]
    [InlineData("Microsoft.Storage/storageAccounts", "allowSharedKeyAccess", "False")]
    [InlineData("Microsoft.Web/sites/basicPublishingCredentialsPolicies", "allow", "False")]
    public async Task Keys_WhereAServiceCanDoWithout_AreSwitchedOff(string type, string property, string value)
    {
        var resources = (await predictions.OfAsync("hybrid")).OfType(type).ToList();

        Assert.NotEmpty(resources);
        Assert.All(resources, resource => Assert.Equal(value, resource.Property(property)));
    }

    [Fact(Timeout = Patience)]
    public async Task Roles_OnServiceBus_SendOrReceiveOnOneEntity()
    {
        var assignments = (await predictions.OfAsync("hybrid")).RoleAssignments().Where(
            each => each.Scope.StartsWith("Microsoft.ServiceBus/", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(assignments);
        Assert.All(assignments, each => Assert.Matches("^Service Bus Data (Sender|Receiver)$", each.Role));
        Assert.All(assignments, each => Assert.Matches("/(queues|topics)/[^/]+(/subscriptions/[^/]+)?$", each.Scope));
    }

    [Theory(Timeout = Patience)]
    [InlineData("agent")]
    [InlineData("relay")]
    public async Task SigningKeys_OfSitesWithAnAgent_ComeFromTheVaultThatTheAppMayRead(string example)
    {
        var deployment = await predictions.OfAsync(example);

        var vault = Assert.Single(deployment.OfType("Microsoft.KeyVault/vaults"));
        Assert.Equal($"@Microsoft.KeyVault(VaultName={vault.Name};SecretName=ccr-agent-hq)", deployment.Settings.Property("Ccr__Sites__0__SigningKeys__0"));
        Assert.Contains(deployment.RoleAssignments(), each => each.Role == "Key Vault Secrets User" && each.Scope == $"Microsoft.KeyVault/vaults/{vault.Name}");
    }

    private static async Task AssertAsReviewedAsync(string name, string text)
    {
        var file = Repository.PathOf("tests", "Ccr.Infra.Tests", "Snapshots", name);
        if (Environment.GetEnvironmentVariable("CCR_ACCEPT_SNAPSHOTS") == "1") await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
        Assert.Equal(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), text);
    }

    private static IEnumerable<JsonElement> Objects(JsonElement json, string name) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(member =>
            (member.Name == name && member.Value.ValueKind == JsonValueKind.Object ? [member.Value] : Enumerable.Empty<JsonElement>()).Concat(
                Objects(member.Value, name))),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(item => Objects(item, name)),
        _ => [],
    };

    [GeneratedRegex("listKeys|listAccountSas|connectionString|password|secret|primaryKey|accessKey", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex SecretLike();
}
