using Ccr.Core.Decisions;
using Ccr.Core.Events;
using Ccr.Core.Sites;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests.Decisions;

/// <summary>One machine is one machine by whichever name its domain is called.</summary>
public sealed class DomainAliasesTests
{
    [Theory]
    [InlineData("CORP-OLD")]
    [InlineData("corp-old")]
    [InlineData("CORP")]
    public void Validate_DomainByAnotherName_IsTheMainOne(string domain)
    {
        var domains = new Dictionary<string, IList<string>>(StringComparer.OrdinalIgnoreCase) { ["corp"] = ["CORP-OLD", "CORPNT"] };
        var reading = new EventReader(Some.EventOptions()).Read(Some.Event(
            $$"""{ "specversion": "1.0", "type": "ccr.reinstall.requested", "source": "/c", "id": "1", "data": { "machine": "PC01", "domain": "{{domain}}" } }"""));

        var (request, _) = new RequestValidator(new SiteTable([Some.Site], "hq"), domains).Validate((MachinePart)reading.Parts[0], "r1");

        Assert.Equal(("CORP", "CORP\\PC01"), (request!.Domain.Value, request.LedgerKey));
    }

    [Theory]
    [InlineData("corp.example.com", "OLD", "OTHER", "Ccr:Domains:corp.example.com")]
    [InlineData("CORP", "old.example.com", "OTHER", "Ccr:Domains:CORP:0")]
    [InlineData("CORP", "LAB", "OTHER", "named here before")]
    [InlineData("CORP", "OLD", "OLD", "named here before")]
    public void FindFaults_NameThatCannotBe_SaysWhich(string main, string alias, string aliasOfLab, string expected)
    {
        var domains = new Dictionary<string, IList<string>>(StringComparer.OrdinalIgnoreCase) { [main] = [alias], ["LAB"] = [aliasOfLab] };

        Assert.Contains(expected, Assert.Single(DomainAliases.FindFaults("Ccr:Domains", domains, [])).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void FindFaults_DefaultDomainIsAnAlias_IsRefused()
    {
        var options = new CcrOptions { DefaultDomain = "old", Sites = { ["hq"] = new SiteOptions { ManagementPoints = { new() { Address = "http://mp01" } } } } };
        options.Domains["CORP"] = ["OLD"];

        Assert.Contains("write the main name", Assert.Single(options.FindFaults()).ToString(), StringComparison.Ordinal);
    }
}
