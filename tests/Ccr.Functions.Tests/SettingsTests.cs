using System.Text.Json;
using Ccr.Functions.Tests.Support;
using Ccr.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ccr.Functions.Tests;

public class SettingsTests
{
    [Fact]
    public void Sample_AsItIs_IsSoundAndEverySettingIsExplained()
    {
        using var sample = JsonDocument.Parse(File.ReadAllText(Repository.PathOf("local.settings.sample.json")));
        var values = sample.RootElement.GetProperty("Values").EnumerateObject().ToDictionary(value => value.Name, value => value.Value.GetString(), StringComparer.Ordinal);
        var readme = File.ReadAllText(Repository.PathOf("src", "Ccr.Functions", "README.md"));

        Assert.Empty(FaultsOf(values));
        Assert.All(values.Keys, setting => Assert.Contains(setting.Split("__")[^1], readme, StringComparison.Ordinal));
    }

    [Fact]
    public void Faults_InSeveralSections_AreAllFoundAtOnceWithTheirKeys()
    {
        var faults = FaultsOf(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ServiceBus"] = "Endpoint=sb://localhost",
            ["Ccr__DefaultDomain"] = "CORP.EXAMPLE",
            ["Ccr__DefaultSite"] = "plant",
            ["Ccr__Sites__hq__ManagementPoints__0__Address"] = "http://somebody:secret@mp01/path",
        });

        Assert.Contains(faults, fault => fault.Contains("ServiceBus", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.Contains("Ccr:DefaultDomain", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.Contains("Ccr:DefaultSite", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.Contains("Ccr:Sites:hq:ManagementPoints:0:Address", StringComparison.Ordinal));
        Assert.DoesNotContain(faults, fault => fault.Contains("secret", StringComparison.Ordinal));
    }

    private static IReadOnlyList<string> FaultsOf(IReadOnlyDictionary<string, string?> settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key.Replace("__", ":", StringComparison.Ordinal), setting.Value))).Build();
        using var services = new ServiceCollection().AddLogging().AddCcrHost(configuration).BuildServiceProvider();
        return StartupFaults.Find(services);
    }
}
