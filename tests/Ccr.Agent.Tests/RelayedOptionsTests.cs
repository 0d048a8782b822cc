using Ccr.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ccr.Agent.Tests;

/// <summary>The settings of an agent that listens on the relay.</summary>
public class RelayedOptionsTests
{
    private static readonly (string Key, string? Value)[] Sound =
    [
        ("Agent:DataDirectory", "/nowhere"),
        ("Ccr:DefaultDomain", "CORP"),
        ("Ccr:Sites:hq:SigningKeys:0", Convert.ToBase64String(new byte[32])),
        ("Ccr:Sites:hq:Relay:Endpoint", "https://contoso.servicebus.windows.net/hq"),
        ("Ccr:Sites:hq:ManagementPoints:0:Address", "http://mp01"),
    ];

    [Fact]
    public void FindFaults_WithoutServiceBus_FindsNone() => Assert.Empty(FaultsOf());

    [Theory]
    [InlineData("Agent:ClockSkew", "02:00:00", "Agent:ClockSkew")]
    [InlineData("Agent:ResultsConnection", "Endpoint=sb://a/;SharedAccessKeyName=b;SharedAccessKey=c", "Agent:ResultsConnection")]
    [InlineData("Ccr:Sites:hq:Relay:Endpiont", "x", "Ccr:Sites:hq:Relay:Endpiont")]
    public void FindFaults_OneSettingThatCannotBeUsed_NamesIt(string key, string value, string named) => Assert.Equal([named], FaultsOf((key, value)));

    /// <summary>Through the relay nothing goes unsigned.</summary>
    [Fact]
    public void FindFaults_NoKey_IsRefusedEvenWhereUnsignedIsAllowed() => Assert.Equal(
        ["Ccr:Sites:hq:SigningKeys"], FaultsOf(("Ccr:Sites:hq:SigningKeys:0", null), ("Ccr:Sites:hq:AllowUnsigned", "true")));

    /// <summary>The processor's file, copied to the agent.</summary>
    [Fact]
    public void FindFaults_TransportOfTheProcessor_SaysToLeaveItOut() => Assert.Equal(
        ["Ccr:Sites:hq:ManagementPoints", "Ccr:Sites:hq:Transport"], FaultsOf(("Ccr:Sites:hq:Transport", "Relay")));

    private static IEnumerable<string> FaultsOf(params (string Key, string? Value)[] settings)
    {
        var values = Sound.Concat(settings).GroupBy(setting => setting.Key).ToDictionary(setting => setting.Key, setting => setting.Last().Value);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values.Where(setting => setting.Value is not null)).Build();
        using var services = new ServiceCollection().AddLogging().AddCcrAgent(configuration).BuildServiceProvider();
        return [.. StartupFaults.FindInOptions(services).Select(fault => fault.Key).Order(StringComparer.Ordinal)];
    }
}
