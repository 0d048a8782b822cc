using Ccr.Infra.Tests.Support;

namespace Ccr.Infra.Tests;

/// <summary>Sites with the transport Relay: a hybrid connection of our own, without keys, on any plan.</summary>
public class RelayTests(Predictions predictions)
{
    private const int Patience = 300_000;
    private const string Connections = "Microsoft.Relay/namespaces/hybridConnections";

    /// <summary>Two sites behind relays, with an agent each.</summary>
    private static readonly (string Key, string Transport)[] TwoSites = [("hq", "Relay"), ("plant", "Relay")];

    private const string TwoAgents = """
        param agents = [
          { name: 'hq', principalId: '00000000-0000-0000-0000-0000000000a1', principalType: 'ServicePrincipal' }
          { name: 'plant', principalId: '00000000-0000-0000-0000-0000000000a2', principalType: 'ServicePrincipal' }
        ]
        """;

    [Theory(Timeout = Patience)]
    [InlineData("FlexConsumption")]
    [InlineData("ElasticPremium")]
    public async Task HybridConnections_OnAnyPlan_AreMadeForEachSiteAndLetNobodyInWithoutAToken(string hosting)
    {
        using var infra = new InfraCopy();

        var deployment = await infra.PredictAsync(await infra.WriteParametersAsync(hosting, TwoSites));

        var connections = deployment.OfType(Connections).ToList();
        Assert.Equal(["hq", "plant"], connections.Select(each => each.Name.Split('/')[1]).Order());
        Assert.All(connections, each => Assert.Equal("True", each.Property("requiresClientAuthorization")));
        Assert.Empty(deployment.OfType("Microsoft.Web/sites/hybridConnectionNamespaces/relays"));
    }

    [Fact(Timeout = Patience)]
    public async Task Keys_OfTheRelay_AreNeitherMadeNorReadNorOutput()
    {
        using var infra = new InfraCopy();
        var deployment = await predictions.OfAsync("relay");

        var module = (await infra.BuildAsync()).GetProperty("resources").GetProperty("relay").GetProperty("properties").GetProperty("template");

        Assert.Equal(["hostName", "namespaceId"], module.GetProperty("outputs").EnumerateObject().Select(output => output.Name).Order());
        Assert.All(deployment.Resources, each => Assert.DoesNotContain("listKeys", each.Text, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(deployment.Resources, each => each.Type.EndsWith("/authorizationRules", StringComparison.OrdinalIgnoreCase));
        Assert.Null(deployment.Settings.Property("Ccr__Sites__0__Relay__Key"));
        Assert.Null(deployment.Settings.Property("Ccr__Sites__0__Relay__KeyName"));
    }

    [Fact(Timeout = Patience)]
    public async Task Roles_OnARelay_AreSendForTheAppAndListenForTheSitesOwnAgentOnOneConnectionEach()
    {
        using var infra = new InfraCopy();

        var deployment = await infra.PredictAsync(await infra.WriteParametersAsync("FlexConsumption", TwoSites, TwoAgents));

        var connections = $"Microsoft.Relay/namespaces/{Assert.Single(deployment.OfType("Microsoft.Relay/namespaces")).Name}/hybridConnections";
        Assert.Equal(
            [
                ("Azure Relay Listener", $"{connections}/hq", "The agent of hq listens for its submissions"),
                ("Azure Relay Listener", $"{connections}/plant", "The agent of plant listens for its submissions"),
                ("Azure Relay Sender", $"{connections}/hq", "The function app sends submissions to the agent of hq"),
                ("Azure Relay Sender", $"{connections}/plant", "The function app sends submissions to the agent of plant"),
            ],
            deployment.RoleAssignments().Where(each => each.Scope.Contains("Microsoft.Relay", StringComparison.Ordinal)).Order());
        Assert.Equal(
            ["00000000-0000-0000-0000-0000000000a1", "00000000-0000-0000-0000-0000000000a2"],
            deployment.OfType("Microsoft.Authorization/roleAssignments").Where(
                each => each.Property("description")!.StartsWith("The agent of", StringComparison.Ordinal)).OrderBy(
                each => each.Property("description"), StringComparer.Ordinal).Select(each => each.Property("principalId")));
    }

    [Fact(Timeout = Patience)]
    public async Task Roles_OfAnAgentThatOnlyListens_AreNoneOnServiceBus()
    {
        var roles = (await predictions.OfAsync("relay")).RoleAssignments();

        Assert.Equal(
            ["Azure Relay Listener"], roles.Where(each => each.Purpose.StartsWith("The agent of hq", StringComparison.Ordinal)).Select(each => each.Role));
    }

    [Fact(Timeout = Patience)]
    public async Task Settings_OfASiteBehindARelay_ReachTheApp()
    {
        var settings = (await predictions.OfAsync("relay")).Settings;

        Assert.Equal("hq", settings.Property("Ccr__Sites__0__Key"));
        Assert.Matches(@"^\[format\('https://\{0\}/\{1\}', .*'hostName'.*, 'hq'\)\]$", settings.Property("Ccr__Sites__0__Relay__Endpoint")!);
        Assert.Contains("outputs.clientId", settings.Property("Ccr__Sites__0__Relay__ClientId"), StringComparison.Ordinal);
        Assert.Equal(settings.Property("ServiceBus__clientId"), settings.Property("Ccr__Sites__0__Relay__ClientId"));
    }

    [Fact(Timeout = Patience)]
    public async Task Submissions_ThroughARelay_AreSignedEvenWhereCommandsForAgentsAreNot()
    {
        using var infra = new InfraCopy();

        var deployment = await infra.PredictAsync(await infra.WriteParametersAsync("FlexConsumption", """
            { "Ccr": { "DefaultSite": "hq", "Sites": {
              "hq": { "Transport": "Relay", "AllowUnsigned": true },
              "plant": { "Transport": "Agent", "AllowUnsigned": true, "ManagementPoints": [{ "Address": "http://mp.corp.example" }] } } } }
            """));

        Assert.Equal("hq", deployment.Settings.Property("Ccr__Sites__0__Key"));
        Assert.Contains("SecretName=ccr-agent-hq", deployment.Settings.Property("Ccr__Sites__0__SigningKeys__0"), StringComparison.Ordinal);
        Assert.DoesNotContain("plant", deployment.Settings.Text, StringComparison.Ordinal);
    }

    /// <summary>The names are those that Azure Monitor documents for Microsoft.Relay/namespaces.</summary>
    [Theory(Timeout = Patience)]
    [InlineData("relay-no-listener", "ActiveListeners", "LessThan", 1, "PT15M")]
    [InlineData("relay-refused", "SenderConnections-ClientError", "GreaterThan", 0, "PT5M")]
    [InlineData("relay-failed", "SenderConnections-ServerError", "GreaterThan", 0, "PT5M")]
    public async Task Alerts_OfARelay_WatchListenersAndFailuresOfEachConnection(string name, string metric, string comparison, int threshold, string window)
    {
        var alert = (await predictions.OfAsync("relay")).OfType("Microsoft.Insights/metricAlerts").Single(each => each.Name == $"ccr-test-{name}");

        var criterion = Assert.Single(alert.Properties.GetProperty("criteria").GetProperty("allOf").EnumerateArray());
        Assert.Equal(metric, criterion.GetProperty("metricName").GetString());
        Assert.Equal(comparison, criterion.GetProperty("operator").GetString());
        Assert.Equal(threshold, criterion.GetProperty("threshold").GetInt32());
        Assert.Equal("Total", criterion.GetProperty("timeAggregation").GetString());
        Assert.Equal(window, alert.Property("windowSize"));
        var dimension = Assert.Single(criterion.GetProperty("dimensions").EnumerateArray());
        Assert.Equal("EntityName", dimension.GetProperty("name").GetString());
        Assert.Equal(["hq"], dimension.GetProperty("values").EnumerateArray().Select(each => each.GetString()));
        Assert.Contains("namespaceId", alert.Property("scopes"), StringComparison.Ordinal);
        Assert.Contains("ccr-test-operators", alert.Property("actions"), StringComparison.Ordinal);
    }

    [Fact(Timeout = Patience)]
    public async Task Relay_WithoutASiteThatUsesIt_IsNotDeployed()
    {
        var deployment = await predictions.OfAsync("agent");

        Assert.DoesNotContain(deployment.Resources, each => each.Text.Contains("Microsoft.Relay", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(deployment.OfType("Microsoft.Insights/metricAlerts"), each => each.Name.Contains("relay", StringComparison.Ordinal));
    }

    [Fact(Timeout = Patience)]
    public async Task Agents_OfNoSiteThatHasOne_AreRefusedByName()
    {
        using var infra = new InfraCopy();

        var refusal = await infra.RefusalAsync(await infra.WriteParametersAsync("FlexConsumption", [("hq", "Relay")], TwoAgents));

        Assert.Contains("The parameter agents names plant, but no site with the transport Relay or Agent has that key", refusal, StringComparison.Ordinal);
    }
}
