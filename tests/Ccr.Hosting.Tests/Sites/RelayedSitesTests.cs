using Ccr.Hosting.Sites;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ccr.Hosting.Tests.Sites;

/// <summary>The settings of sites behind the relay, as the processor reads them.</summary>
public class RelayedSitesTests
{
    private const string Endpoint = "https://contoso.servicebus.windows.net/hq";

    [Fact]
    public void Open_SoundSettings_HasTheSiteWithItsMethodAndIdentity()
    {
        using var services = Build(Sound("hq", Endpoint, 0).Append(("Sites:hq:RelayMethod", "SmsPost")).Append(("Sites:hq:Relay:ClientId", "id")));

        var site = Assert.Single(services.GetRequiredService<RelayedSites>().All);

        Assert.Equal(
            ("hq", Endpoint, "SMS_POST", "Entra ID, client id id"), (site.Key, site.Address.AbsoluteUri, site.Method, site.Identity));
    }

    [Fact]
    public void FindFaults_MisspeltAndUnreadableSettings_NamesAllOfThem() => Assert.Equal(
        ["Ccr:Sites:hq:Relay:AnswerTimeout", "Ccr:Sites:hq:Relay:Endpiont"],
        FaultsOf(Sound("hq", Endpoint, 0).Append(("Sites:hq:Relay:Endpiont", "x")).Append(("Sites:hq:Relay:AnswerTimeout", "soon"))));

    [Fact]
    public void FindFaults_SettingsThatNoConnectionCanHave_NamesThem() => Assert.Equal(
        ["Ccr:Sites:hq:Relay:endpoint"], FaultsOf(Sound("hq", "http://contoso.servicebus.windows.net/hq", 0)), StringComparer.OrdinalIgnoreCase);

    /// <summary>It would be passed over, and requests would go another way than somebody believes.</summary>
    [Fact]
    public void FindFaults_HybridConnectionOfASiteThatIsReachedDirectly_IsRefused() => Assert.Equal(
        ["Ccr:Sites:hq:Relay"],
        FaultsOf([("Sites:hq:ManagementPoints:0:Address", "http://mp01"), ("Sites:hq:SigningKeys:0", KeyOf(0)), ("Sites:hq:Relay:Endpoint", Endpoint)]));

    /// <summary>The agents of both would be asked for the requests of either.</summary>
    [Fact]
    public void FindFaults_OneHybridConnectionForTwoSites_IsRefused() => Assert.Equal(
        ["Ccr:Sites:lab:Relay:Endpoint"],
        FaultsOf([.. Sound("hq", Endpoint, 0), .. Sound("lab", $"{Endpoint}/", 1), ("DefaultSite", "hq")]));

    private static (string Key, string Value)[] Sound(string site, string endpoint, byte key) =>
    [
        ($"Sites:{site}:Transport", "Relay"), ($"Sites:{site}:Relay:Endpoint", endpoint), ($"Sites:{site}:SigningKeys:0", KeyOf(key)),
    ];

    private static string KeyOf(byte value) => Convert.ToBase64String([.. Enumerable.Repeat(value, 32)]);

    private static ServiceProvider Build(IEnumerable<(string Key, string Value)> settings) => new ServiceCollection().AddLogging().AddCcrJob(
        new ConfigurationBuilder().AddInMemoryCollection(
            settings.Append(("DefaultDomain", "CORP")).Select(setting => KeyValuePair.Create<string, string?>($"Ccr:{setting.Item1}", setting.Item2))).Build())
        .BuildServiceProvider();

    private static IEnumerable<string> FaultsOf(IEnumerable<(string Key, string Value)> settings)
    {
        using var services = Build(settings);
        return [.. StartupFaults.FindInOptions(services).Select(fault => fault.Key).Order(StringComparer.Ordinal)];
    }
}
