using Ccr.Core.Machines;

namespace Ccr.Core.Tests.Machines;

public class HostTextTests
{
    [Theory]
    [InlineData("PC01", nameof(HostForm.Label))]
    [InlineData("pc-01", nameof(HostForm.Label))]
    [InlineData("7ZIP", nameof(HostForm.Label))]
    [InlineData("SMS Agent Host", nameof(HostForm.Label))]
    [InlineData("pc01.corp.example.com", nameof(HostForm.DnsName))]
    [InlineData("pc01.", nameof(HostForm.AbsoluteDnsName))]
    [InlineData("PC01$", nameof(HostForm.AccountName))]
    [InlineData("CORP\\PC01", nameof(HostForm.AccountName))]
    [InlineData("CORP\\PC01$", nameof(HostForm.AccountName))]
    [InlineData("CORP/PC01", nameof(HostForm.AccountName))]
    [InlineData("corp.example.com\\pc01", nameof(HostForm.AccountName))]
    [InlineData("\\\\PC01", nameof(HostForm.UncPath))]
    [InlineData("host/pc01.corp.example.com", nameof(HostForm.ServicePrincipal))]
    [InlineData("CN=PC01,OU=Desktops,DC=corp,DC=example,DC=com", nameof(HostForm.DistinguishedName))]
    [InlineData("Microsoft.Windows.Computer:pc01.corp.example.com", nameof(HostForm.ScomName))]
    [InlineData("Microsoft.SystemCenter.AgentWatchersGroup", nameof(HostForm.ScomName))]
    [InlineData("PC01,PC02", nameof(HostForm.List))]
    [InlineData("PC01; PC02", nameof(HostForm.List))]
    [InlineData("[\"PC01\",\"PC02\"]", nameof(HostForm.List))]
    [InlineData("http://pc01/health", nameof(HostForm.Url))]
    [InlineData("pc01:9132/metrics", nameof(HostForm.Url))]
    [InlineData("pc01.corp.example.com/health", nameof(HostForm.Url))]
    [InlineData("unknown", nameof(HostForm.Placeholder))]
    [InlineData("N/A", nameof(HostForm.Placeholder))]
    [InlineData("-", nameof(HostForm.Placeholder))]
    [InlineData("$env:COMPUTERNAME", nameof(HostForm.Macro))]
    [InlineData("/subscriptions/s/resourcegroups/rg", nameof(HostForm.ResourceId))]
    [InlineData("192.0.2.10", nameof(HostForm.IpAddress))]
    [InlineData("127.1", nameof(HostForm.IpAddress))]
    [InlineData("2130706433", nameof(HostForm.IpAddress))]
    [InlineData("0x7f000001", nameof(HostForm.IpAddress))]
    [InlineData("0x7f.0.0.1", nameof(HostForm.IpAddress))]
    [InlineData("10.0.0.0x5", nameof(HostForm.IpAddress))]
    [InlineData("::1", nameof(HostForm.IpAddress))]
    [InlineData("fe80::1%eth0", nameof(HostForm.Macro))]
    [InlineData("2001:db8::31", nameof(HostForm.IpAddress))]
    [InlineData("[2001:db8::31]", nameof(HostForm.IpAddress))]
    [InlineData("00:15:5d:01:02:03", nameof(HostForm.MacAddress))]
    [InlineData("00-15-5D-01-02-03", nameof(HostForm.MacAddress))]
    [InlineData("0015.5d01.0203", nameof(HostForm.MacAddress))]
    [InlineData("00155D010203", nameof(HostForm.MacAddress))]
    [InlineData("{HOST.HOST}", nameof(HostForm.Macro))]
    [InlineData("*UNKNOWN*", nameof(HostForm.Macro))]
    [InlineData("$HOSTNAME$", nameof(HostForm.Macro))]
    [InlineData("${host}", nameof(HostForm.Macro))]
    [InlineData("{{ $labels.instance }}", nameof(HostForm.Macro))]
    [InlineData("<no value>", nameof(HostForm.Macro))]
    [InlineData("%COMPUTERNAME%", nameof(HostForm.Macro))]
    [InlineData("1c741bd70b2322007518478d83673af3", nameof(HostForm.RecordId))]
    [InlineData("12345678-1234-1234-1234-123456789abc", nameof(HostForm.RecordId))]
    public void FormOf_Text_TellsWhatItIs(string text, string expected)
    {
        Assert.Equal(expected, HostText.FormOf(text).ToString());
    }

    [Theory]
    [InlineData("pc01:9182", "pc01")]
    [InlineData("pc01.corp.example.com:9182", "pc01.corp.example.com")]
    [InlineData("192.0.2.10:9182", "192.0.2.10")]
    [InlineData("pc01", "pc01")]
    [InlineData("::1", "::1")]
    [InlineData("2001:db8::31", "2001:db8::31")]
    [InlineData("[2001:db8::31]:9182", "[2001:db8::31]:9182")]
    [InlineData("00:15:5d:01:02:03", "00:15:5d:01:02:03")]
    [InlineData(":9182", ":9182")]
    [InlineData("pc01:", "pc01:")]
    [InlineData("pc01:http", "pc01:http")]
    [InlineData("pc01:919191", "pc01:919191")]
    [InlineData("https://pc01", "https://pc01")]
    public void WithoutPort_Text_LosesAPortAndNothingElse(string text, string expected)
    {
        Assert.Equal(expected, HostText.WithoutPort(text));
    }
}
