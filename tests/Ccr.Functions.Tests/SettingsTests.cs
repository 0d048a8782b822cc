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
        var values = sample.RootElement.GetProperty("Values").EnumerateObject()
            .ToDictionary(value => value.Name, value => value.Value.GetString(), StringComparer.Ordinal);
        var readme = File.ReadAllText(Repository.PathOf("src", "Ccr.Functions", "README.md"));

        Assert.Empty(OptionFaultsOf(values));
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

    [Theory]
    [InlineData("is not configured", "Ledger__Table=ccrledger")]
    [InlineData("is not configured", "Ledger__ConnectionString=")]
    [InlineData("names 2 places (Path, Endpoint)", "Ledger__Path=ledger.db", "Ledger__Endpoint=https://account.table.core.windows.net")]
    [InlineData("Ledger:Endpoint cannot be used", "Ledger__Endpoint=http://account.table.core.windows.net")]
    [InlineData("Ledger:ConnectionString cannot be read", "Ledger__ConnectionString=AccountKey=secret")]
    [InlineData("Ledger:Conection is not a setting", "Ledger__Conection=UseDevelopmentStorage=true")]
    [InlineData("Ledger:Path is no ledger that instances in Azure can share", "Ledger__Path=ledger.db", "WEBSITE_INSTANCE_ID=1")]
    [InlineData("Ledger:InMemory is no ledger that instances in Azure can share", "Ledger__InMemory=true", "WEBSITE_INSTANCE_ID=1")]
    public void Faults_OfALedgerThatWouldForget_AreRefused(string expected, params string[] settings)
    {
        var faults = FaultsOf(Sound(settings));

        Assert.Contains(expected, Assert.Single(faults), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", faults[0], StringComparison.Ordinal);
    }

    [Fact(Timeout = Some.Patience)]
    public void Faults_OfALedgerThatNobodyAnswersFor_AreFoundBesideTheOthers()
    {
        var settings = Sound(
            "Ledger__ConnectionString=DefaultEndpointsProtocol=http;AccountName=nobody;AccountKey=a2V5;TableEndpoint=http://127.0.0.1:1/nobody;");
        settings["Ccr__DefaultSite"] = "plant";

        var faults = FaultsOf(settings);

        Assert.Contains(faults, fault => fault.Contains("Ccr:DefaultSite", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.StartsWith("CCR5101", StringComparison.Ordinal) && fault.Contains("nobody", StringComparison.Ordinal));
        Assert.DoesNotContain(faults, fault => fault.Contains("a2V5", StringComparison.Ordinal));
    }

    private static Dictionary<string, string?> Sound(params string[] more) => new string[]
        {
            "ServiceBus=Endpoint=sb://localhost;SharedAccessKeyName=any;SharedAccessKey=any;UseDevelopmentEmulator=true", "Ccr__DefaultDomain=CORP",
            "Ccr__Sites__hq__ManagementPoints__0__Address=http://mp01",
        }
        .Concat(more).Select(setting => setting.Split('=', 2)).ToDictionary(setting => setting[0], setting => (string?)setting[1], StringComparer.Ordinal);

    private static IReadOnlyList<string> FaultsOf(IReadOnlyDictionary<string, string?> settings)
    {
        using var services = Build(settings);
        return [.. StartupFaults.Find(services).Select(fault => fault.ToString())];
    }

    /// <summary>Without opening the ledger, which is not there.</summary>
    private static IReadOnlyList<string> OptionFaultsOf(IReadOnlyDictionary<string, string?> settings)
    {
        using var services = Build(settings);
        return [.. StartupFaults.FindInOptions(services).Select(fault => fault.ToString())];
    }

    private static ServiceProvider Build(IReadOnlyDictionary<string, string?> settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(
                settings.Select(setting => KeyValuePair.Create(setting.Key.Replace("__", ":", StringComparison.Ordinal), setting.Value))).Build();
        return new ServiceCollection().AddLogging().AddCcrHost(configuration).BuildServiceProvider();
    }
}
