using Ccr.Infra.Tests.Support;

namespace Ccr.Infra.Tests;

/// <summary>Hybrid connections of App Service are documented to work on Windows only, so nothing else may get them.</summary>
public class HostingTests(Predictions predictions)
{
    private const int Patience = 300_000;
    private const string Attachments = "Microsoft.Web/sites/hybridConnectionNamespaces/relays";

    private const string Refusal =
        "A site with the transport Direct needs hosting ElasticPremium (Windows), since hybrid connections of App Service do not work on Linux, "
        + "and so not on Flex Consumption: choose it, or give the app a network (network Integrated), or give the site the transport Relay or Agent";

    [Fact(Timeout = Patience)]
    public async Task ElasticPremium_WithHybridConnections_IsWindowsWithTheIsolatedWorker()
    {
        var deployment = await predictions.OfAsync("hybrid");

        Assert.NotEmpty(deployment.OfType(Attachments));
        var plan = Assert.Single(deployment.OfType("Microsoft.Web/serverfarms"));
        Assert.Equal("elastic", plan.Kind);
        Assert.Equal("False", plan.Property("reserved"));
        Assert.Equal("functionapp", deployment.App.Kind);
        var site = deployment.App.Properties.GetProperty("siteConfig");
        Assert.Equal("v10.0", site.GetProperty("netFrameworkVersion").GetString());
        Assert.False(site.GetProperty("use32BitWorkerProcess").GetBoolean());
        Assert.False(site.TryGetProperty("linuxFxVersion", out _));
        Assert.Equal("dotnet-isolated", deployment.Settings.Property("FUNCTIONS_WORKER_RUNTIME"));
        Assert.Equal("~4", deployment.Settings.Property("FUNCTIONS_EXTENSION_VERSION"));
    }

    [Theory(Timeout = Patience)]
    [InlineData("Direct")]
    [InlineData("Relay", "Direct")]
    public async Task FlexConsumption_WithHybridConnections_IsRefusedWithOneSentence(params string[] transports)
    {
        using var infra = new InfraCopy();

        var refusal = await infra.RefusalAsync(await infra.WriteParametersAsync("FlexConsumption", Sites(transports)));

        Assert.Contains(Refusal, refusal, StringComparison.Ordinal);
    }

    [Theory(Timeout = Patience)]
    [InlineData("FlexConsumption", "Relay", "Agent")]
    [InlineData("ElasticPremium", "Relay", "Agent")]
    [InlineData("ElasticPremium", "Direct")]
    [InlineData("ElasticPremium", "Relay", "Agent", "Direct")]
    public async Task HybridConnections_WhateverIsDeployed_AreNeverAttachedToALinuxApp(string hosting, params string[] transports)
    {
        using var infra = new InfraCopy();

        var deployment = await infra.PredictAsync(await infra.WriteParametersAsync(hosting, Sites(transports)));

        Assert.Equal(transports.Contains("Direct"), deployment.OfType(Attachments).Any());
        Assert.False(AttachesToLinux(deployment));
    }

    /// <summary>The test above would see it if a part of Elastic Premium became Linux again.</summary>
    [Theory(Timeout = Patience)]
    [InlineData("kind: isFlex ? 'functionapp,linux' : 'functionapp'", "kind: 'functionapp,linux'")]
    [InlineData("reserved: isFlex", "reserved: true")]
    [InlineData("netFrameworkVersion: isFlex ? null : 'v10.0'", "linuxFxVersion: 'DOTNET-ISOLATED|10.0'")]
    public async Task HybridConnections_WithAPartThatIsLinux_AreFound(string windows, string linux)
    {
        using var infra = new InfraCopy();
        infra.Replace("modules/function-app.bicep", windows, linux);

        Assert.True(AttachesToLinux(await infra.PredictAsync(await infra.WriteParametersAsync("ElasticPremium", Sites("Direct")))));
    }

    private static bool AttachesToLinux(Deployment deployment)
    {
        var isLinux = deployment.App.Kind.Contains("linux", StringComparison.Ordinal)
            || deployment.OfType("Microsoft.Web/serverfarms").Any(plan => plan.Property("reserved") == "True")
            || deployment.App.Properties.GetProperty("siteConfig").TryGetProperty("linuxFxVersion", out _);
        return isLinux && deployment.OfType(Attachments).Any();
    }

    private static IEnumerable<(string Key, string Transport)> Sites(params string[] transports) =>
        transports.Select(transport => (transport.ToLowerInvariant(), transport));
}
