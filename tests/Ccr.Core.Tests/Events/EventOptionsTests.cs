using Ccr.Core.Events;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ccr.Core.Tests.Events;

public class EventOptionsTests
{
    [Fact]
    public void FindFaults_Defaults_AreSound()
    {
        var options = new EventOptions();

        Assert.Empty(options.FindFaults("Ccr:Events"));
        Assert.Equal((262_144, 200), (options.MaxMessageBytes, options.MaxMachines));
        Assert.Empty(options.DnsSuffixes);
        Assert.True(new SourceOptions().Enabled);
    }

    [Fact]
    public void FindFaults_EveryFault_IsNamedWithItsKeyAndWhatToWrite()
    {
        var options = new EventOptions { MaxMachines = 0 };
        options.DnsSuffixes["10.0.0.5"] = "CORP";
        options.DnsSuffixes["example.com"] = "corp.example.com";
        options.Sources["alertmanger"] = new SourceOptions();
        options.Sources["ccr"] = new SourceOptions { Severities = { "1" } };

        Assert.Equal(
            [
                "Ccr:Events:MaxMachines is 0: write a number of machines from 1 to 10000, for example 200.",
                "Ccr:Events:DnsSuffixes:10.0.0.5: a DNS suffix does not end in a number; write one such as corp.example.com.",
                "Ccr:Events:DnsSuffixes:example.com: the domain name 'corp.example.com' has a dot, so it is a DNS name or an IP address; send the NetBIOS name alone, for example CORP.",
                "Ccr:Events:Sources:alertmanger: there is no such source; write one of alertmanager, azure-health, azure-monitor, ccr, checkmk, configmgr-client-health, datadog, dynatrace, grafana, icinga2, nagios, opsgenie, pagerduty, plain, prtg, scom, servicenow-cmdb, servicenow-event, splunk, zabbix.",
                "Ccr:Events:Sources:ccr: its events have no severity and no alert rule; leave Severities and Rules out.",
            ],
            options.FindFaults("Ccr:Events").Select(fault => fault.Message));
    }

    [Fact]
    public void FindFaults_MessageWithoutRoomForAnEvent_IsAFault() => Assert.Equal(
        "Ccr:Events:MaxMessageBytes is 7000, which is too small for an event of 200 machines that must wait: write the size that the queue takes, for example 262144.",
        Assert.Single(new EventOptions { MaxMessageBytes = 7000 }.FindFaults("Ccr:Events")).Message);

    [Fact]
    public void Bind_EverySetting_IsTakenOver()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Ccr:DefaultDomain"] = "CORP",
            ["Ccr:Sites:hq:ManagementPoints:0:Address"] = "http://mp01",
            ["Ccr:Events:MaxMachines"] = "7",
            ["Ccr:Events:DnsSuffixes:corp.example.com"] = "CORP",
            ["Ccr:Events:Sources:zabbix:Severities:0"] = "4",
            ["Ccr:Events:Sources:zabbix:Rules:0"] = "SMS*",
            ["Ccr:Events:Sources:nagios:Enabled"] = "false",
        }).Build();
        using var provider = new ServiceCollection().AddCcrCore(configuration).BuildServiceProvider();

        var options = provider.GetRequiredService<Microsoft.Extensions.Options.IOptions<CcrOptions>>().Value.Events;

        Assert.Equal((7, "CORP"), (options.MaxMachines, options.DnsSuffixes["CORP.example.com"]));
        Assert.Equal(["4"], options.Sources["zabbix"].Severities);
        Assert.Equal(["SMS*"], options.Sources["zabbix"].Rules);
        Assert.DoesNotContain("nagios", provider.GetRequiredService<EventReader>().SourceNames);
    }
}
