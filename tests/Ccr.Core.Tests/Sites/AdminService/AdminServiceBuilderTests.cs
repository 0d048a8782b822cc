using System.Text;
using Ccr.Core.Configuration;
using Ccr.Core.Machines;
using Ccr.Core.Sites;
using Ccr.Core.Sites.AdminService;

namespace Ccr.Core.Tests.Sites.AdminService;

/// <summary>What a configured AdminService is, and what it would be asked.</summary>
public sealed class AdminServiceBuilderTests
{
    [Theory]
    [InlineData("https://cm01.corp.example", "P0", "SiteCode")]
    [InlineData("https://cm01.corp.example", "P 1", "SiteCode")]
    [InlineData("http://cm01.corp.example", "P01", "Address")]
    [InlineData("cm01", "P01", "Address")]
    [InlineData(null, null, "Address")]
    public void Build_OptionThatCannotBe_IsRefusedByItsKey(string? address, string? siteCode, string key)
    {
        var faults = new List<ConfigurationFault>();

        Assert.Null(AdminServiceBuilder.Build(new AdminServiceOptions { Address = address, SiteCode = siteCode }, SiteTransport.Direct, "s", faults));

        Assert.Contains(faults, fault => fault.Key == $"s:{key}");
    }

    [Theory]
    [InlineData(ManagementPointAuthentication.None)]
    [InlineData(ManagementPointAuthentication.Certificate)]
    public void Build_AuthenticationThatTheServiceDoesNotTake_IsRefused(ManagementPointAuthentication authentication)
    {
        var faults = new List<ConfigurationFault>();
        var options = new AdminServiceOptions { Address = "https://cm01.corp.example", Authentication = authentication };

        Assert.Null(AdminServiceBuilder.Build(options, SiteTransport.Direct, "s", faults));

        Assert.Contains(faults, fault => fault.Key == "s:Authentication");
    }

    /// <summary>From version 2509 on NTLM is refused, and Basic would show the password.</summary>
    [Theory]
    [InlineData(ManagementPointAuthentication.Default)]
    [InlineData(ManagementPointAuthentication.Named)]
    public void Build_Account_IsShownByNegotiateAlone(ManagementPointAuthentication authentication)
    {
        var named = authentication == ManagementPointAuthentication.Named;
        var point = Build(options => (options.Authentication, options.UserName, options.Password) =
            (authentication, named ? @"CORP\svc" : null, named ? "secret" : null));

        Assert.NotNull(point.Credentials!.GetCredential(point.Address, "Negotiate"));
        Assert.Null(point.Credentials.GetCredential(point.Address, "NTLM"));
        Assert.Null(point.Credentials.GetCredential(point.Address, "Basic"));
    }

    [Theory]
    [InlineData("P01", false, false, true, """{"ResourceID":7,"Forced":true,"ForceReinstall":false,"PushEvenIfDC":false,"SpecifySiteCode":true,"PushSiteCode":"P01"}""")]
    [InlineData(null, true, true, true, """{"ResourceID":7,"Forced":true,"ForceReinstall":true,"PushEvenIfDC":true}""")]
    [InlineData(null, false, true, false, """{"ResourceID":7,"Forced":false,"ForceReinstall":false,"PushEvenIfDC":false}""")]
    public void CreateCcrBody_OfTheOptions_SaysWhatTheyMean(string? siteCode, bool controllers, bool reinstall, bool force, string body) => Assert.Equal(
        body, Encoding.UTF8.GetString(AdminServiceRequests.CreateCcrBody(
            new AdminServiceTarget(siteCode, controllers, reinstall), new Device(7, "PC01", "CORP", IsGone: false), force)));

    [Fact]
    public void Describe_SiteWithAnAdminService_NamesRequestAndMachine()
    {
        var submission = new Submission(MachineName.Parse("PC01"), DomainName.Parse("CORP"), Force: true);

        Assert.Equal(
            @"POST https://cm01.corp.example/AdminService/wmi/SMS_Collection.CreateCCR for the device CORP\PC01",
            CcrRequest.Describe(new Site("hq", [Build()]), submission));
    }

    [Fact]
    public void Build_SiteWithBothMethods_IsRefused()
    {
        var site = new SiteOptions { AdminService = new AdminServiceOptions { Address = "https://cm01.corp.example" } };
        site.ManagementPoints.Add(new ManagementPointOptions { Address = "http://mp01" });
        var faults = new List<ConfigurationFault>();

        Assert.Null(SiteTableBuilder.Build(new Dictionary<string, SiteOptions> { ["hq"] = site }, null, "Ccr", faults));

        Assert.Contains(faults, fault => fault.Key == "Ccr:Sites:hq:AdminService");
    }

    [Theory]
    [InlineData("""{"value":[{"ResourceID":5,"Name":"PC01"}]}""", 1)]
    [InlineData("""{"value":[]}""", 0)]
    [InlineData("""{"value":[{"Name":"PC01"}]}""", null)]
    [InlineData("""{"value":[{"ResourceId":"5","Name":"PC01"}]}""", null)]
    [InlineData("""{"value":{}}""", null)]
    [InlineData("[]", null)]
    [InlineData("<html>", null)]
    [InlineData("", null)]
    public void Read_Answer_IsAListOfDevicesOrNothing(string body, int? count) => Assert.Equal(count, Device.Read(Encoding.UTF8.GetBytes(body))?.Count);

    private static ManagementPoint Build(Action<AdminServiceOptions>? configure = null)
    {
        var options = new AdminServiceOptions { Address = "https://cm01.corp.example" };
        configure?.Invoke(options);
        return AdminServiceBuilder.Build(options, SiteTransport.Direct, "s", [])!;
    }
}
