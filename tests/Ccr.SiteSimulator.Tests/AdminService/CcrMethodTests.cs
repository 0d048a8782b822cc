using System.Net;

namespace Ccr.SiteSimulator.Tests.AdminService;

public sealed class CcrMethodTests
{
    private const int Limit = 300_000;

    private const string Device =
        """
        {
          "addUnknown": false,
          "devices": [{ "name": "PC01", "resourceId": 16777301 }, { "name": "OLD", "resourceId": 16777302, "obsolete": true }]
        }
        """;

    [Fact(Timeout = Limit)]
    public async Task CreateCcr_OfADevice_IsAnsweredWith201AndWritesIntoTheSite()
    {
        await using var fixture = await AdminServiceFixture.StartAsync(Device);

        var (status, body) = await fixture.CreateAsync(
            """{"ResourceID":16777301,"Forced":true,"ForceReinstall":true,"PushEvenIfDC":false,"InformationOnly":false,"SpecifySiteCode":true,"PushSiteCode":"P01"}""");

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal($$"""{"@odata.context":"{{fixture.Service.BaseAddress}}AdminService/wmi/$metadata#__PARAMETERS","ReturnValue":0}""", body);
        Assert.Equal(
            """
            [NT Client Configuration Request]
            Machine Name=PC01
            Domain=CORP
            Initial Request Date=03/04/2026 12:00
            Latest Request Date=03/04/2026 12:00
            Client Request Count=1
            Forced CCR=TRUE
            Resource ID=16777301

            """.ReplaceLineEndings("\r\n"),
            await File.ReadAllTextAsync(fixture.Site.PathOf("ccr.box/16777301.CPB"), TestContext.Current.CancellationToken));
        Assert.Equal((1, 1), (fixture.Service.Submissions, fixture.Service.CcrsWritten));
        Assert.EndsWith(
            " POST /AdminService/wmi/SMS_Collection.CreateCCR ResourceID=16777301&Forced=True&ForceReinstall=True&PushEvenIfDC=False&InformationOnly=False"
            + "&SpecifySiteCode=True&PushSiteCode=P01&device=PC01 201\n",
            await ReadLogAsync(fixture), StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData("CreateCCR", """{"ResourceID":16777301}""", 0, 1)]
    [InlineData("CreateCCR", """{"ResourceID":16777302,"Forced":true}""", 0, 1)]
    [InlineData("CreateCCR", """{"ResourceID":16777399,"Forced":true}""", 1, 0)]
    [InlineData("CreateCCR", """{"ResourceID":16777301,"SpecifySiteCode":true,"PushSiteCode":"X01"}""", 1, 0)]
    [InlineData("CreateCCR", """{"ResourceID":16777301,"SpecifySiteCode":false,"PushSiteCode":"X01"}""", 0, 1)]
    [InlineData("CreateCCR", """{"ResourceID":16777301,"InformationOnly":true}""", 0, 0)]
    [InlineData("GenerateCCRByName", """{"Name":"pc01","PushSiteCode":"P01","Forced":true}""", 0, 1)]
    [InlineData("GenerateCCRByName", """{"Name":"PC01","PushSiteCode":"","Forced":true}""", 0, 1)]
    [InlineData("generateccrbyname/", """{"Name":"PC01"}""", 0, 1)]
    [InlineData("GenerateCCRByName", """{"Name":"PC01","PushSiteCode":"X01"}""", 1, 0)]
    [InlineData("GenerateCCRByName", """{"Name":"NOBODY"}""", 1, 0)]
    public async Task Method_WithItsParameters_ReturnsItsValueWith201(string method, string body, int returned, int ccrs)
    {
        await using var fixture = await AdminServiceFixture.StartAsync(Device);

        var (status, answer) = await fixture.CreateAsync(body, method);

        Assert.Equal((HttpStatusCode.Created, returned), (status, AdminServiceFixture.ReturnValue(answer)));
        Assert.Equal((1, ccrs), (fixture.Service.Submissions, fixture.Service.CcrsWritten));
    }

    [Theory(Timeout = Limit)]
    [InlineData("CreateCCR", "")]
    [InlineData("CreateCCR", "[]")]
    [InlineData("CreateCCR", "{}")]
    [InlineData("CreateCCR", """{"ResourceID":"16777301"}""")]
    [InlineData("CreateCCR", """{"ResourceID":1.5}""")]
    [InlineData("CreateCCR", """{"ResourceID":16777301,"Forced":"true"}""")]
    [InlineData("CreateCCR", """{"ResourceID":16777301,"Force":true}""")]
    [InlineData("GenerateCCRByName", """{"Name":"PC01","ForceReinstall":true}""")]
    [InlineData("GenerateCCRByName", """{"Forced":true}""")]
    public async Task Method_WithOtherParameters_IsABadRequest(string method, string body)
    {
        await using var fixture = await AdminServiceFixture.StartAsync(Device);

        var (status, answer) = await fixture.CreateAsync(body, method);

        Assert.Equal((HttpStatusCode.BadRequest, """{"error":{"code":"400","message":"The request is invalid."}}"""), (status, answer));
        Assert.Equal(0, fixture.Service.CcrsWritten);
    }

    [Fact(Timeout = Limit)]
    public async Task Life_OfAPushThatWorks_ShowsInTheRowsAsTimePasses()
    {
        await using var fixture = await AdminServiceFixture.StartAsync("""{ "devices": [{ "name": "PC01", "resourceId": 16777301, "fate": "off=90m" }] }""");
        await fixture.CreateAsync("""{"ResourceID":16777301,"Forced":true}""");
        Assert.Equal("-- - - 5.00.9128.1007 False 2026-02-02T12:00:00Z", await ShowAsync());

        fixture.Site.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("2026-03-04T12:00:30Z Retry 53 5.00.9128.1007 False 2026-02-02T12:00:00Z", await ShowAsync());

        fixture.Site.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal("2026-03-04T14:00:30Z Started 0 5.00.9128.1007 False 2026-02-02T12:00:00Z", await ShowAsync());

        fixture.Site.Time.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal("2026-03-04T14:00:30Z Started 0 5.00.9141.1011 True 2026-03-04T14:10:30Z", await ShowAsync());

        fixture.Site.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal("2026-03-04T15:00:30Z Complete 0 5.00.9141.1011 True 2026-03-04T15:10:30Z", await ShowAsync());
        Assert.Equal("", fixture.Site.Retry);

        async Task<string> ShowAsync()
        {
            var row = Assert.Single(await fixture.RowsAsync("SMS_CombinedDeviceResources", "?$filter=Name eq 'PC01'"));
            return $"{row["LatestProcessingAttempt"]?.ToString() ?? "--"} {row["Status"]?.ToString() ?? "-"} {row["LastInstallationError"]?.ToString() ?? "-"} "
                + $"{row["ClientVersion"]} {row["CNIsOnline"]!.GetValue<bool>()} {row["LastPolicyRequest"]}";
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Life_OfAMachineThatReturnsAsANewRecord_EndsWithAnObsoleteAndANewRow()
    {
        await using var fixture = await AdminServiceFixture.StartAsync("""{ "devices": [{ "name": "PC01", "resourceId": 16777301, "returnsAs": "new-record" }] }""");
        await fixture.CreateAsync("""{"ResourceID":16777301,"Forced":true}""");

        fixture.Site.Pass(TimeSpan.FromHours(2));

        var rows = await fixture.RowsAsync("SMS_R_System", "?$filter=Name eq 'PC01'&$select=ResourceId,Obsolete");
        Assert.Equal([(16777301L, 1L), (16777221L, 0L)], rows.Select(row => (row["ResourceId"]!.GetValue<long>(), row["Obsolete"]!.GetValue<long>())));
        Assert.Equal("", fixture.Site.Retry);
    }

    [Fact(Timeout = Limit)]
    public async Task Site_SharedWithAManagementPoint_PushesTheSameDevices()
    {
        await using var fixture = await AdminServiceFixture.StartAsync();
        await using var point = await SimulatedManagementPoint.StartAsync(new() { Site = fixture.Site.Site }, TestContext.Current.CancellationToken);
        using var client = new HttpClient();
        var target = new Uri(point.BaseAddress, "/sms_mp/machine.ccr?mn=PC01&dn=LAB&fkey=True");
        using var request = new HttpRequestMessage(new HttpMethod("SMS_POST"), target);

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        fixture.Site.Pass(TimeSpan.Zero);
        fixture.Site.Pass(TimeSpan.FromHours(2));

        var row = Assert.Single(await fixture.RowsAsync("SMS_CombinedDeviceResources", "?$filter=Name eq 'PC01'"));
        Assert.Equal(("LAB", "Complete", 1), (row["Domain"]!.GetValue<string>(), row["Status"]!.GetValue<string>(), point.CcrsWritten));
    }

    private static async Task<string> ReadLogAsync(AdminServiceFixture fixture)
    {
        using var log = new StreamReader(new FileStream(fixture.LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return await log.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
