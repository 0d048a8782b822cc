using System.Net;

namespace Ccr.SiteSimulator.Tests.AdminService;

public sealed class QueryTests
{
    private const int Limit = 300_000;

    private const string Devices =
        """
        {
          "addUnknown": false,
          "devices": [
            { "name": "PC01", "resourceId": 16777301 },
            { "name": "PC01", "resourceId": 16777302, "obsolete": true },
            { "name": "PC01", "domain": "OTHER", "resourceId": 16777303, "talks": true },
            { "name": "O'NEIL", "resourceId": 16777304, "client": false, "decommissioned": true },
            { "name": "LAB7", "resourceId": 16777305 }
          ]
        }
        """;

    [Theory(Timeout = Limit)]
    [InlineData("/AdminService/wmi/SMS_Identification.GetSiteID")]
    [InlineData("/adminservice/WMI/sms_identification.getsiteid/")]
    public async Task GetSiteId_InAnyCase_IsAnsweredWith201(string target)
    {
        await using var fixture = await AdminServiceFixture.StartAsync();

        var (status, body) = await fixture.GetAsync(target);

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(
            $$"""{"@odata.context":"{{fixture.Service.BaseAddress}}AdminService/wmi/$metadata#__PARAMETERS","ReturnValue":0,"SiteID":"{5C5C0000-0000-4000-8000-000000000001}"}""",
            body);
    }

    [Theory(Timeout = Limit)]
    [InlineData("Name eq 'PC01'", "1 2 3")]
    [InlineData("name EQ 'PC01'", null)]
    [InlineData("name eq 'pc01'", "1 2 3")]
    [InlineData("NetbiosName eq 'PC01' and ResourceDomainORWorkgroup eq 'CORP'", "1 2")]
    [InlineData("Name eq 'PC01' and Obsolete eq 0 and Decommissioned eq 0", "1 3")]
    [InlineData("Name eq 'O''NEIL'", "4")]
    [InlineData("Name eq 'LAB7' or Name eq 'PC01' and Obsolete eq 1", "2 5")]
    [InlineData("(Name eq 'LAB7' or Name eq 'PC01') and Obsolete eq 1", "2")]
    [InlineData("ResourceId eq 16777305", "5")]
    [InlineData("ResourceID ne 16777305", "1 2 3 4")]
    [InlineData("startswith(Name,'PC')", "1 2 3")]
    [InlineData("endswith(Name, '7') or contains(Name, 'nei')", "4 5")]
    [InlineData("not (Name eq 'PC01')", "4 5")]
    [InlineData("ClientVersion eq null", "4")]
    [InlineData("Name eq 'NOBODY'", "")]
    [InlineData("Name like 'PC%'", null)]
    [InlineData("Nam eq 'PC01'", null)]
    [InlineData("Name eq 'PC01", null)]
    [InlineData("Name eq 'PC01' and", null)]
    [InlineData("Name eq PC01", null)]
    [InlineData("(Name eq 'PC01'", null)]
    [InlineData("Name eq 'PC01' 'PC02'", null)]
    [InlineData("CreationDate eq 5", null)]
    [InlineData("ResourceId gt 5", null)]
    [InlineData("", null)]
    public async Task Filter_OfTheGrammar_FindsItsRowsAndAnyOtherIs404(string filter, string? found)
    {
        await using var fixture = await AdminServiceFixture.StartAsync(Devices);
        var query = $"?$filter={Uri.EscapeDataString(filter)}&$select=ResourceId,Name";

        if (found is null)
        {
            var (status, body) = await fixture.GetAsync($"/AdminService/wmi/SMS_R_System{query}");
            Assert.Equal((HttpStatusCode.NotFound, """{"error":{"code":"404","message":"No HTTP resource was found that matches the request URI"}}"""), (status, body));
            return;
        }

        var rows = await fixture.RowsAsync("SMS_R_System", query);
        Assert.Equal(found, string.Join(' ', rows.Select(row => row["ResourceId"]!.GetValue<long>() - 16777300)));
    }

    [Theory(Timeout = Limit)]
    [InlineData("?$top=2", "1 2")]
    [InlineData("?$skip=3", "4 5")]
    [InlineData("?$skip=1&$top=1", "2")]
    [InlineData("", "1 2 3 4 5")]
    public async Task Page_OfRows_IsThePartAskedFor(string query, string found)
    {
        await using var fixture = await AdminServiceFixture.StartAsync(Devices);

        var rows = await fixture.RowsAsync("SMS_CombinedDeviceResources", query);

        Assert.Equal(found, string.Join(' ', rows.Select(row => row["ResourceID"]!.GetValue<long>() - 16777300)));
    }

    [Theory(Timeout = Limit)]
    [InlineData("GET", "/AdminService/wmi/SMS_R_System?$select=ResourceId,LastActiveTime")]
    [InlineData("GET", "/AdminService/wmi/SMS_R_System?$orderby=Name")]
    [InlineData("GET", "/AdminService/wmi/SMS_R_System?$top=-1")]
    [InlineData("GET", "/AdminService/wmi/SMS_R_System?$top=1&$top=2")]
    [InlineData("GET", "/AdminService/wmi/SMS_R_System(16777399)")]
    [InlineData("GET", "/AdminService/wmi/SMS_R_System(x)")]
    [InlineData("GET", "/AdminService/wmi/SMS_R_System(1")]
    [InlineData("GET", "/AdminService/wmi/SMS_Site")]
    [InlineData("GET", "/AdminService/v1.0/Device")]
    [InlineData("GET", "/AdminService/wmi/SMS_Collection.CreateCCR")]
    [InlineData("POST", "/AdminService/wmi/SMS_R_System")]
    [InlineData("GET", "/")]
    public async Task Request_ThatIsNotInTheContract_IsNotFound(string method, string target)
    {
        await using var fixture = await AdminServiceFixture.StartAsync(Devices);

        var (status, _) = await fixture.SendAsync(method, target, method == "POST" ? "{}" : null);

        Assert.Equal(HttpStatusCode.NotFound, status);
    }

    [Fact(Timeout = Limit)]
    public async Task Select_WithoutTheKey_MakesOneRowOfAll()
    {
        await using var fixture = await AdminServiceFixture.StartAsync(Devices);

        var row = Assert.Single(await fixture.RowsAsync("SMS_R_System", "?$select=Name,Obsolete"));

        Assert.Equal("@odata.etag __GENUS __CLASS Name Obsolete", string.Join(' ', row.Select(property => property.Key)));
    }

    [Fact(Timeout = Limit)]
    public async Task Device_ByItsKey_IsAnArrayOfOneWithParallelArraysOfAgents()
    {
        await using var fixture = await AdminServiceFixture.StartAsync(Devices);

        var row = Assert.Single(await fixture.RowsAsync("SMS_R_System(16777303)"));

        Assert.Equal("\"OTHER\" 1 \"5.00.9128.1007\" \"GUID:01000057-5C5C-4C5C-9C5C-000001000057\"", string.Join(
            ' ', new[] { "ResourceDomainORWorkgroup", "Client", "ClientVersion", "SMSUniqueIdentifier" }.Select(name => row[name]!.ToJsonString())));
        Assert.Equal("""["SMS_AD_SYSTEM_DISCOVERY_AGENT","MP_ClientRegistration","Heartbeat Discovery"]""", row["AgentName"]!.ToJsonString());
        Assert.Equal("""["2025-01-28T12:00:00Z","2025-05-08T12:00:00Z","2026-02-26T12:00:00Z"]""", row["AgentTime"]!.ToJsonString());
    }

    [Fact(Timeout = Limit)]
    public async Task Times_ThatNeverWere_AreToldInEachOfTheWaysThatLiveSitesHave()
    {
        await using var fixture = await AdminServiceFixture.StartAsync(Devices);

        var row = Assert.Single(await fixture.RowsAsync("SMS_CombinedDeviceResources(16777304)"));

        Assert.Null(row["LastPolicyRequest"]);
        Assert.Null(row["LatestProcessingAttempt"]);
        Assert.Equal(
            "1980-01-01T12:00:00Z 1980-01-01T06:00:00Z 1970-01-01T00:00:00Z",
            string.Join(' ', new[] { "LastDDR", "LastHardwareScan", "CNLastOnlineTime" }.Select(name => row[name]!.GetValue<string>())));
        Assert.Equal((false, false), (row["IsClient"]!.GetValue<bool>(), row["CNIsOnline"]!.GetValue<bool>()));
    }

    [Theory(Timeout = Limit)]
    [InlineData("Name eq 'PC50' and ResourceDomainORWorkgroup eq 'LAB'", "PC50.LAB")]
    [InlineData("Name eq 'pc50' or Name eq 'PC51'", "PC50.CORP PC51.CORP")]
    [InlineData("(Name eq 'A' and ResourceDomainORWorkgroup eq 'X') or (Name eq 'B' and ResourceDomainORWorkgroup eq 'Y')", "A.X B.Y")]
    [InlineData("startswith(Name,'PC')", "")]
    [InlineData("Name eq 'NO MACHINE'", "")]
    public async Task Filter_ThatNamesAnUnknownMachine_MakesItADevice(string filter, string found)
    {
        await using var fixture = await AdminServiceFixture.StartAsync();

        var rows = await fixture.RowsAsync("SMS_R_System", $"?$filter={Uri.EscapeDataString(filter)}");

        Assert.Equal(found, string.Join(' ', rows.Select(row => $"{row["Name"]}.{row["ResourceDomainORWorkgroup"]}")));
    }
}
