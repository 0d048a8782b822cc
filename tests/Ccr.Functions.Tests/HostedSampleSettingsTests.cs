using System.Text.Json.Nodes;
using Ccr.Core.Results;
using Ccr.Functions.Tests.Support;

namespace Ccr.Functions.Tests;

/// <summary>The settings that the README tells people to copy.</summary>
public class HostedSampleSettingsTests(Azurite azurite)
{
    private const string Storage = "UseDevelopmentStorage=true";

    /// <summary>Only the places are other ones, since a test takes free ports: those of the broker, the management point and Azurite.</summary>
    [Fact(Timeout = Some.Patience)]
    public async Task App_WithTheSampleSettings_StartsAndDoesTheMainJob()
    {
        Prerequisite.Require(Azurite.IsPossible, "The sample settings keep the ledger in Azurite, which needs npm: install Node.");
        var sample = JsonNode.Parse(await File.ReadAllTextAsync(Repository.PathOf("local.settings.sample.json"), TestContext.Current.CancellationToken))!;
        var values = sample["Values"]!.AsObject().ToDictionary(value => value.Key, value => (string)value.Value!, StringComparer.Ordinal);
        Assert.Equal((Storage, Storage), (values["AzureWebJobsStorage"], values["Ledger__ConnectionString"]));
        Assert.Contains("sb://localhost:5672;", values["ServiceBus"], StringComparison.Ordinal);
        Assert.Equal("http://localhost:8080", values["Ccr__Sites__hq__ManagementPoints__0__Address"]);
        var ledger = await azurite.StartAsync(TestContext.Current.CancellationToken);

        await using var app = await HostedApp.StartAsync(settings =>
        {
            var (broker, managementPoint) = (settings["ServiceBus"], settings["Ccr__Sites__hq__ManagementPoints__0__Address"]);
            settings.Clear();
            foreach (var (name, value) in values) settings[name] = value;
            settings["ServiceBus"] = broker;
            settings["Ccr__Sites__hq__ManagementPoints__0__Address"] = managementPoint;
            settings["Ledger__ConnectionString"] = ledger;
        });
        await app.SendEventAsync(Some.Event("PC01"));

        var result = Assert.Single(await app.ResultsAsync(1));
        Assert.Equal((Outcome.Accepted, "PC01"), (result.Outcome, result.Machine));
        Assert.Equal(1, app.ManagementPoint.Submissions);
    }
}
