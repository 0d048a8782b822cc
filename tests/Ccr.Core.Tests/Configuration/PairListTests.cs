using Ccr.Core.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Ccr.Core.Tests.Configuration;

/// <summary>Settings whose key is not fit for the name of an environment variable are lists of pairs.</summary>
public class PairListTests
{
    [Fact]
    public void Bind_EveryListOfPairs_IsWhatItsKeysWouldBe()
    {
        var options = Bind(
            "Sites:0:Key=branch-east", "Sites:0:ManagementPoints:0:Address=http://mp01", "DefaultSite=branch-east", "DefaultDomain=CORP",
            "Events:DnsSuffixes:0:Suffix=corp.example.com", "Events:DnsSuffixes:0:Domain=CORP", "Events:DnsSuffixes:1:Suffix=lab.example.com",
            "Events:DnsSuffixes:1:Domain=", "Events:Sources:0:Name=servicenow-event", "Events:Sources:0:Severities:0=1",
            "Windows:0:Site=branch-east", "Windows:0:Windows:0:Opens=0 22 * * *", "Windows:0:Windows:0:Lasts=06:00:00",
            "Domains:0:Domain=CORP", "Domains:0:OtherNames:0=CORP-OLD");

        Assert.Equal("http://mp01", Assert.Single(options.Sites["branch-east"].ManagementPoints).Address);
        Assert.Equal(
            [("corp.example.com", "CORP"), ("lab.example.com", "")],
            options.Events.DnsSuffixes.Select(suffix => (suffix.Key, suffix.Value)).OrderBy(suffix => suffix.Key, StringComparer.Ordinal));
        Assert.Equal(["1"], options.Events.Sources["servicenow-event"].Severities);
        Assert.Equal("0 22 * * *", Assert.Single(options.Windows["branch-east"]).Opens);
        Assert.Equal(["CORP-OLD"], options.Domains["CORP"]);
    }

    /// <summary>As a deployment does it: the site is in the file, its key comes as an app setting.</summary>
    [Fact]
    public void Bind_AnEntryInBothForms_IsOneEntry()
    {
        var options = Bind(
            "Sites:branch-east:Transport=Relay", "Sites:7:Key=branch-east", "Sites:7:SigningKeys:0=" + Convert.ToBase64String(new byte[32]),
            "Sites:7:Relay:Endpoint=https://relay.example/branch-east");

        var site = Assert.Single(options.Sites);
        Assert.Equal("branch-east", site.Key);
        Assert.Single(site.Value.SigningKeys);
        Assert.Equal("https://relay.example/branch-east", site.Value.Relay!["Endpoint"]);
    }

    [Theory]
    [InlineData("CCR5001: Ccr:Sites:0:Transport says otherwise than Ccr:Sites:hq:Transport: write it once.", "Sites:0:Key=hq", "Sites:0:Transport=Direct",
        "Sites:hq:Transport=Agent")]
    [InlineData("CCR5002: Ccr:Events:DnsSuffixes:0:Damain is not a setting: write one of Suffix, Domain.", "Events:DnsSuffixes:0:Suffix=corp.example.com",
        "Events:DnsSuffixes:0:Damain=CORP")]
    [InlineData("CCR5002: Ccr:Sites:hq:Transprt is not a setting: write one of", "Sites:0:Key=hq", "Sites:0:Transprt=Agent")]
    [InlineData(
        "CCR5001: Ccr:Events:DnsSuffixes:corp_example_com: App Service on Linux turns the periods in a setting's name into underscores; write DnsSuffixes:0:Suffix "
        + "and DnsSuffixes:0:Domain.", "Sites:hq:ManagementPoints:0:Address=http://mp01", "Events:DnsSuffixes:corp_example_com=CORP")]
    [InlineData(
        "App Service takes no hyphen in a setting's name; write such a source as Sources:0:Name.", "Sites:hq:ManagementPoints:0:Address=http://mp01",
        "Events:Sources:servicenow_event:Enabled=false")]
    public void Validate_WhatCannotBeMeant_IsRefusedWithTheFormThatWorks(string expected, params string[] settings) => Assert.Contains(
        Assert.Throws<ConfigurationFaultException>(() => Bind(settings)).Faults, fault => fault.ToString().Contains(expected, StringComparison.Ordinal));

    /// <summary>A site may be called 0 as long as it has no setting of the name Key.</summary>
    [Fact]
    public void Bind_KeyThatIsANumber_StaysAKey() => Assert.Equal(
        ["0"], Bind("Sites:0:ManagementPoints:0:Address=http://mp01", "DefaultDomain=CORP").Sites.Keys);

    [Fact]
    public void KeysOfSites_InBothForms_AreAll() => Assert.Equal(
        ["branch-east", "hq"],
        CcrOptions.KeysOfSites(Configure("Sites:hq:Transport=Agent", "Sites:0:Key=branch-east", "Sites:0:Transport=Agent")).Order(StringComparer.Ordinal));

    private static CcrOptions Bind(params string[] settings)
    {
        using var services = new ServiceCollection().AddLogging().AddCcrCore(Configure(settings)).BuildServiceProvider();
        return services.GetRequiredService<IOptions<CcrOptions>>().Value;
    }

    private static IConfiguration Configure(params string[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Append("Targets:Domains:0=*").Select(
            setting => KeyValuePair.Create($"Ccr:{setting.Split('=', 2)[0]}", (string?)setting.Split('=', 2)[1]))).Build();
}
