using Ccr.Infra.Tests.Support;

namespace Ccr.Infra.Tests;

/// <summary>A site behind a VPN or ExpressRoute is Direct over a network, and one switch makes everything private that can be.</summary>
public class NetworkTests(Predictions predictions)
{
    private const int Patience = 300_000;

    [Theory(Timeout = Patience)]
    [InlineData("FlexConsumption", "Microsoft.App/environments")]
    [InlineData("ElasticPremium", "Microsoft.Web/serverFarms")]
    public async Task Integrated_OnAnyPlan_PutsTheAppIntoADelegatedSubnetAndNeedsNoHybridConnection(string hosting, string delegation)
    {
        using var infra = new InfraCopy();

        var deployment = await infra.PredictAsync(await infra.WriteParametersAsync(hosting, [("hq", "Direct")], "param network = 'Integrated'"));

        var network = Assert.Single(deployment.OfType("Microsoft.Network/virtualNetworks"));
        Assert.Contains($"\"serviceName\": \"{delegation}\"", network.Text, StringComparison.Ordinal);
        Assert.Contains("appSubnetId", deployment.App.Property("virtualNetworkSubnetId"), StringComparison.Ordinal);
        Assert.Equal(hosting == "ElasticPremium", deployment.App.Property("outboundVnetRouting")?.Contains("allTraffic", StringComparison.Ordinal) == true);
        Assert.Empty(deployment.OfType("Microsoft.Web/sites/hybridConnectionNamespaces/relays"));
        Assert.Empty(deployment.OfType("Microsoft.Network/privateEndpoints"));
        Assert.Equal("Standard", SkuOf(deployment));
    }

    [Fact(Timeout = Patience)]
    public async Task Private_Switched_ReachesServiceBusStorageAndVaultByEndpointsOnly()
    {
        var deployment = await predictions.OfAsync("private");

        Assert.Equal(
            ["blob", "queue", "service-bus", "table", "vault"],
            deployment.OfType("Microsoft.Network/privateEndpoints").Select(each => each.Name["ccr-test-".Length..]).Order(StringComparer.Ordinal));
        Assert.Equal(5, deployment.OfType("Microsoft.Network/privateDnsZones").Count());
        Assert.Equal(5, deployment.OfType("Microsoft.Network/privateDnsZones/virtualNetworkLinks").Count());
        Assert.Equal(5, deployment.OfType("Microsoft.Network/privateEndpoints/privateDnsZoneGroups").Count());
        foreach (var type in new[] { "Microsoft.ServiceBus/namespaces", "Microsoft.Storage/storageAccounts", "Microsoft.KeyVault/vaults" })
            Assert.Equal("Disabled", Assert.Single(deployment.OfType(type)).Property("publicNetworkAccess"));

        Assert.Equal("Premium", SkuOf(deployment));
    }

    [Fact(Timeout = Patience)]
    public async Task Subnets_OfOnesOwn_AreTakenInsteadOfANetworkThatIsMade()
    {
        using var infra = new InfraCopy();

        var deployment = await infra.PredictAsync(await infra.WriteParametersAsync(
            "FlexConsumption", [("hq", "Direct")],
            "param network = 'Private'\nparam subnets = { appSubnetId: '/net/app', endpointSubnetId: '/net/endpoints', networkId: '/net' }"));

        Assert.Empty(deployment.OfType("Microsoft.Network/virtualNetworks"));
        Assert.Equal("/net/app", deployment.App.Property("virtualNetworkSubnetId"));
        Assert.All(deployment.OfType("Microsoft.Network/privateEndpoints"), each => Assert.Contains("/net/endpoints", each.Text, StringComparison.Ordinal));
    }

    [Fact(Timeout = Patience)]
    public async Task Network_ThatDirectSitesNeedAndIsNotThere_IsRefused()
    {
        using var infra = new InfraCopy();

        var refusal = await infra.RefusalAsync(await infra.WriteParametersAsync("ElasticPremium", [("hq", "Direct")], "param directSites = 'Network'"));

        Assert.Contains("directSites is Network, but network is Public: choose Integrated or Private", refusal, StringComparison.Ordinal);
    }

    [Theory(Timeout = Patience)]
    [InlineData("hybrid", "Microsoft.EventGrid/topics", "Microsoft.KeyVault/vaults", "Microsoft.Relay/namespaces", "Microsoft.Relay/namespaces",
        "Microsoft.ServiceBus/namespaces", "Microsoft.Storage/storageAccounts/blobServices", "Microsoft.Storage/storageAccounts/queueServices",
        "Microsoft.Storage/storageAccounts/tableServices", "Microsoft.Web/sites")]
    [InlineData("private", "Microsoft.KeyVault/vaults", "Microsoft.Network/virtualNetworks", "Microsoft.ServiceBus/namespaces",
        "Microsoft.Storage/storageAccounts/blobServices", "Microsoft.Storage/storageAccounts/queueServices",
        "Microsoft.Storage/storageAccounts/tableServices", "Microsoft.Web/sites")]
    public async Task Diagnostics_OfEverythingThatHasLogs_GoToTheWorkspace(string example, params string[] types)
    {
        var settings = (await predictions.OfAsync(example)).OfType("Microsoft.Insights/diagnosticSettings").ToList();

        Assert.Equal(types, settings.Select(each => TypeOf(each.Id)).Order(StringComparer.Ordinal));
        Assert.All(settings, each => Assert.EndsWith("/workspaces/ccr-test-logs", each.Property("workspaceId"), StringComparison.Ordinal));
        Assert.All(settings, each => Assert.Contains("allLogs", each.Property("logs"), StringComparison.Ordinal));
    }

    private static string SkuOf(Deployment deployment) =>
        Assert.Single(deployment.OfType("Microsoft.ServiceBus/namespaces")).Sku;

    /// <summary>The type of what a setting is on: provider and every second part after it.</summary>
    private static string TypeOf(string id)
    {
        var parts = id.Split("/providers/")[1].Split('/');
        return string.Join('/', parts.Where((_, index) => index == 0 || index % 2 == 1));
    }
}
