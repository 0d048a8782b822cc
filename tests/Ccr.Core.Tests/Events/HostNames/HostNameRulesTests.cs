using Ccr.Core.Events;
using Ccr.Core.Events.HostNames;
using Ccr.Core.Results;

namespace Ccr.Core.Tests.Events.HostNames;

public class HostNameRulesTests
{
    private const string VirtualMachine = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/pc07";

    private readonly HostNameRules _rules = new(new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["corp.example.com"] = "CORP",
        ["example.com"] = "",
    });

    [Theory]
    [InlineData("PC01", "PC01", null)]
    [InlineData("pc01:9182", "pc01", null)]
    [InlineData("pc01.corp.example.com", "pc01", "CORP")]
    [InlineData("pc01.corp.example.com:9182", "pc01", "CORP")]
    [InlineData("PC01.CORP.EXAMPLE.COM", "PC01", "CORP")]
    [InlineData("pc01.example.com", "pc01", null)]
    [InlineData(VirtualMachine, "pc07", null)]
    [InlineData("/subscriptions/s/resourcegroups/rg/providers/microsoft.hybridcompute/machines/PC08", "PC08", null)]
    public void Read_Host_IsAMachineByAWrittenRule(string text, string machine, string? domain)
    {
        var reading = _rules.Read(text, HostKind.Host);

        Assert.Equal(HostReading.Take(machine, domain), reading);
    }

    [Theory]
    [InlineData("192.0.2.10:9182", "CCR1018")]
    [InlineData("[2001:db8::31]:9182", "CCR1018")]
    [InlineData("00:15:5d:01:02:03", "CCR1018")]
    [InlineData("{HOST.HOST}", "CCR1019")]
    [InlineData("12345678-1234-1234-1234-123456789abc", "CCR1020")]
    [InlineData("1c741bd70b2322007518478d83673af3", "CCR1020")]
    [InlineData("pc01.other.example.net", "CCR1021")]
    [InlineData("pc01.sub.corp.example.com", "CCR1021")]
    [InlineData("corp.example.com.", "CCR1024")]
    [InlineData("PC01$", "CCR1024")]
    [InlineData("CORP\\PC01", "CCR1024")]
    [InlineData("CN=PC01,OU=Desktops", "CCR1024")]
    [InlineData("Microsoft.Windows.Computer:pc01.corp.example.com", "CCR1024")]
    [InlineData("PC01, PC02", "CCR1024")]
    [InlineData("unknown", "CCR1025")]
    [InlineData("UNKNOWN:9182", "CCR1025")]
    [InlineData("localhost.corp.example.com", "CCR1025")]
    [InlineData("http://pc01/health", "CCR1018")]
    [InlineData("pc01:9132/metrics", "CCR1018")]
    public void Read_AnythingElse_IsRefusedWithItsReason(string text, string code)
    {
        var reading = _rules.Read(text, HostKind.Host);

        Assert.Equal((HostVerdict.Refused, text), (reading.Verdict, reading.Refusal!.Reason == EventReasons.DnsSuffixUnknown ? text : reading.Machine));
        Assert.Equal((Outcome.Rejected, code), (reading.Refusal.Outcome, reading.Refusal.Reason.Code));
    }

    [Theory]
    [InlineData("/subscriptions/s/resourcegroups/rg/providers/microsoft.operationalinsights/workspaces/ws")]
    [InlineData("/subscriptions/s")]
    [InlineData(VirtualMachine + "/extensions/monitoring")]
    [InlineData("/subscriptions/s/resourcegroups/rg/providers/microsoft.compute/virtualmachinescalesets/vmss/virtualmachines/3")]
    [InlineData("/subscriptions/s/resourcegroups/rg/providers/microsoft.compute/virtualmachines/")]
    public void Read_ResourceThatIsNoMachine_IsPassedOver(string id)
    {
        Assert.Equal(HostVerdict.PassedOver, _rules.Read(id, HostKind.Host).Verdict);
        Assert.Equal(HostVerdict.PassedOver, _rules.Read(id, HostKind.ResourceId).Verdict);
    }

    [Fact]
    public void Read_PlainNameWhereOnlyDnsNamesAreTaken_IsPassedOverAsItMayBeAComponent()
    {
        Assert.Equal(HostVerdict.PassedOver, _rules.Read("CcmExec", HostKind.DnsName).Verdict);
        Assert.Equal(HostReading.Take("pc01", "CORP"), _rules.Read("pc01.corp.example.com", HostKind.DnsName));
    }

    [Theory]
    [InlineData("pc01.corp.example.com")]
    [InlineData("pc01:9182")]
    public void Read_HostWhereANameIsExpected_IsLeftAsItIsForTheStrictRules(string text)
    {
        Assert.Equal(HostReading.Take(text), _rules.Read(text, HostKind.Name));
    }
}
