using Ccr.Infra.Tests.Support;

namespace Ccr.Infra.Tests;

/// <summary>Names, a vault that was deleted, whoever deploys, and an app whose package is not there yet.</summary>
public class InstallationTests(Predictions predictions)
{
    private const int Patience = 300_000;

    [Theory(Timeout = Patience)]
    [InlineData("corp_prod.eu", "ccr-corp-prod-eu-")]
    [InlineData("Test", "ccr-test-")]
    public async Task Names_OfAnyEnvironment_AreThoseThatAzureTakes(string environment, string prefix)
    {
        using var infra = new InfraCopy();
        infra.Replace("examples/hybrid.bicepparam", "'test'", $"'{environment}'");

        var deployment = await infra.PredictAsync("examples/hybrid");

        Assert.StartsWith(prefix, Assert.Single(deployment.OfType("Microsoft.ServiceBus/namespaces")).Name, StringComparison.Ordinal);
        Assert.All(
            deployment.Resources.Where(each => each.Type.Split('/').Length == 2 && !each.Name.StartsWith('[')),
            each => Assert.Matches("^[a-z0-9-]+$", each.Name));
    }

    [Theory(Timeout = Patience)]
    [InlineData("", "default")]
    [InlineData("param recoverVault = true", "recover")]
    public async Task Vault_ThatWasDeletedWithItsProtection_ComesBackWhenAskedFor(string parameter, string mode)
    {
        using var infra = new InfraCopy();

        var deployment = await infra.PredictAsync(await infra.WriteParametersAsync("FlexConsumption", [("hq", "Relay")], parameter));

        var vault = Assert.Single(deployment.OfType("Microsoft.KeyVault/vaults"));
        Assert.Equal((mode, "True"), (vault.Property("createMode"), vault.Property("enablePurgeProtection")));
    }

    /// <summary>A type that does not fit is refused by Azure, so none is said: it may be a person, or a pipeline.</summary>
    [Fact(Timeout = Patience)]
    public async Task Roles_OfWhoeverDeploys_AreGivenToThePersonOrPipelineThatItIs()
    {
        var roles = (await predictions.OfAsync("relay")).OfType("Microsoft.Authorization/roleAssignments")
            .Where(each => each.Property("description")!.StartsWith("Whoever deploys", StringComparison.Ordinal)).ToList();

        Assert.Equal(2, roles.Count);
        Assert.All(roles, each => Assert.Equal("[deployer().objectId]", each.Property("principalId")));
        Assert.All(roles, each => Assert.Null(each.Property("principalType")));
    }

    [Theory(Timeout = Patience)]
    [InlineData("ElasticPremium", "", false)]
    [InlineData("ElasticPremium", "param package = 'ccr-functions-2.zip'", true)]
    [InlineData("FlexConsumption", "", true)]
    public async Task App_WhosePackageIsNotThereYet_IsStopped(string hosting, string parameter, bool runs)
    {
        using var infra = new InfraCopy();

        var deployment = await infra.PredictAsync(await infra.WriteParametersAsync(hosting, [("hq", "Relay")], parameter));

        Assert.Equal(runs.ToString(), deployment.App.Property("enabled"));
        var package = deployment.Settings.Property("WEBSITE_RUN_FROM_PACKAGE");
        Assert.Equal(parameter.Length > 0, package?.Contains("ccr-functions-2.zip", StringComparison.Ordinal) == true);
        Assert.Equal(parameter.Length > 0, package is not null);
    }
}
