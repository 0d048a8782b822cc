using Ccr.Infra.Tests.Support;

namespace Ccr.Infra.Tests;

/// <summary>The sample sources.</summary>
public class EventSourceTests(Predictions predictions)
{
    private const int Patience = 300_000;

    [Fact(Timeout = Patience)]
    public async Task SilentClients_EachByItself_AreSentToTheWebhook()
    {
        var deployment = await predictions.OfAsync("hybrid");

        var rule = deployment.OfType("Microsoft.Insights/scheduledQueryRules").Single(each => each.Name == "ccr-test-silent-clients");
        var criterion = Assert.Single(rule.Properties.GetProperty("criteria").GetProperty("allOf").EnumerateArray());
        Assert.StartsWith("Heartbeat | ", criterion.GetProperty("query").GetString(), StringComparison.Ordinal);
        Assert.Contains("by Computer", criterion.GetProperty("query").GetString(), StringComparison.Ordinal);

        // The dimension is what names the machine in the alert, and what makes one alert of each.
        var dimension = Assert.Single(criterion.GetProperty("dimensions").EnumerateArray());
        Assert.Equal("Computer", dimension.GetProperty("name").GetString());
        Assert.Contains("/actionGroups/ccr-test-reinstall", rule.Property("actions"), StringComparison.Ordinal);
        var group = deployment.OfType("Microsoft.Insights/actionGroups").Single(each => each.Name == "ccr-test-reinstall");
        Assert.Contains("/api/entra/events/azure-monitor", group.Property("webhookReceivers"), StringComparison.Ordinal);
        Assert.Contains("useCommonAlertSchema\": true", group.Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = Patience)]
    public async Task SilentClients_WithoutTheActionGroup_AreRefused()
    {
        using var infra = new InfraCopy();

        var refusal = await infra.RefusalAsync(await infra.WriteParametersAsync("FlexConsumption", [("hq", "Relay")], "param heartbeatWorkspaceId = '/w'"));

        Assert.Contains("heartbeatWorkspaceId needs withAzureMonitor", refusal, StringComparison.Ordinal);
    }
}
