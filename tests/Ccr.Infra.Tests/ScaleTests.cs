using System.Text.Json;
using Ccr.Infra.Tests.Support;

namespace Ccr.Infra.Tests;

/// <summary>However many instances run, a management point gets no more at once than the configuration says.</summary>
public class ScaleTests(Predictions predictions)
{
    private const int Patience = 300_000;

    [Theory(Timeout = Patience)]
    [InlineData("FlexConsumption", 1, "[]", 10, 10)]
    [InlineData("FlexConsumption", 3, "[]", 10, 3)]
    [InlineData("FlexConsumption", 20, "[]", 10, 1)]
    [InlineData("FlexConsumption", 1, "[{ name: 'http', instanceCount: 2 }]", 10, 10)]
    [InlineData("FlexConsumption", 1, "[{ name: 'function:ReinstallRequested', instanceCount: 1 }]", 10, 5)]
    [InlineData("ElasticPremium", 3, "[]", 10, 3)]
    public async Task Rate_OverAllInstances_IsHeldToWhatTheConfigurationLetsAManagementPointHave(
        string hosting, int instances, string alwaysReady, int rate, int each)
    {
        using var infra = new InfraCopy();

        var deployment = await infra.PredictAsync(await infra.WriteParametersAsync(
            hosting, $"{{ \"Ccr\": {{ \"Rate\": {{ \"MaxConcurrent\": {rate} }}, \"Sites\": {{ \"hq\": {{ \"Transport\": \"Relay\" }} }} }} }}",
            $"param maxInstances = {instances}\nparam alwaysReady = {alwaysReady}"));

        Assert.Equal($"{each}", deployment.Settings.Property("Ccr__Rate__MaxConcurrent"));
        Assert.Equal(instances, hosting == "FlexConsumption"
            ? Scale(deployment).GetProperty("maximumInstanceCount").GetInt32()
            : deployment.App.Properties.GetProperty("siteConfig").GetProperty("functionAppScaleLimit").GetInt32());
    }

    [Fact(Timeout = Patience)]
    public async Task Scale_OfFlexConsumption_IsWhatTheParametersSay()
    {
        using var infra = new InfraCopy();

        var usual = Scale(await predictions.OfAsync("relay"));
        var changed = Scale(await infra.PredictAsync(await infra.WriteParametersAsync(
            "FlexConsumption", [("hq", "Relay")],
            "param instanceMemory = 512\nparam webhooksPerInstance = 20\nparam alwaysReady = [{ name: 'http', instanceCount: 1 }]")));

        Assert.Equal((1, 2048, 0), Told(usual));
        Assert.Equal(100, usual.GetProperty("triggers").GetProperty("http").GetProperty("perInstanceConcurrency").GetInt32());
        Assert.Equal((1, 512, 1), Told(changed));
        Assert.Equal(20, changed.GetProperty("triggers").GetProperty("http").GetProperty("perInstanceConcurrency").GetInt32());
    }

    private static (int Instances, int Memory, int AlwaysReady) Told(JsonElement scale) => (
        scale.GetProperty("maximumInstanceCount").GetInt32(), scale.GetProperty("instanceMemoryMB").GetInt32(),
        scale.GetProperty("alwaysReady").GetArrayLength());

    private static JsonElement Scale(Deployment deployment) =>
        deployment.App.Properties.GetProperty("functionAppConfig").GetProperty("scaleAndConcurrency");
}
