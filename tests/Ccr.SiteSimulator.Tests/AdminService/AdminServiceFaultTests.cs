using System.Diagnostics;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Ccr.SiteSimulator.Faults;

namespace Ccr.SiteSimulator.Tests.AdminService;

public sealed class AdminServiceFaultTests
{
    private const int Limit = 300_000;
    private const string Push = """{"ResourceID":16777301,"Forced":true}""";
    private const string Device = """{ "devices": [{ "name": "PC01", "resourceId": 16777301 }, { "name": "PC02", "resourceId": 16777302 }] }""";
    private const string Told = "The simulator was told to answer so.";

    [Theory(Timeout = Limit)]
    [InlineData("status=400", 400, $$$"""{"error":{"code":"400","message":"{{{Told}}}"}}""", 0)]
    [InlineData("status=401", 401, "", 0)]
    [InlineData("status=403", 403, "", 0)]
    [InlineData("denied", 404, """{"error":{"code":"404","message":"Access denied  WMI QUERY: "}}""", 0)]
    [InlineData("status=500", 500, $$$"""{"error":{"code":"500","message":"{{{Told}}}"}}""", 0)]
    [InlineData("status=500+body=json", 500, $$$"""{"error":{"code":"500","message":"{{{Told}}}"}}""", 0)]
    [InlineData("status=500+body=empty", 500, "", 0)]
    [InlineData("write+status=500+body=empty", 500, "", 1)]
    [InlineData("ok=200", 200, null, 1)]
    [InlineData("ok=204", 204, "", 1)]
    [InlineData("return=1", 201, """{"ReturnValue":1}""", 0)]
    [InlineData("write+return=-5", 201, """{"ReturnValue":-5}""", 1)]
    [InlineData("write+status=201", 201, "", 1)]
    [InlineData("write+status=201+body=json", 201, "{}", 1)]
    [InlineData("redirect", 302, "", 0)]
    public async Task Fault_OfAMethod_IsAnsweredAsItSays(string fault, int status, string? body, int ccrs)
    {
        await using var fixture = await AdminServiceFixture.StartAsync(Device, fault);

        using var response = await fixture.SendRawAsync("POST", "/AdminService/wmi/SMS_Collection.CreateCCR", Push);

        var answer = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)response.StatusCode);
        if (body is null) Assert.Equal(0, AdminServiceFixture.ReturnValue(answer));
        else Assert.Equal(body, answer);
        Assert.Equal((1, ccrs), (fixture.Service.Submissions, fixture.Service.CcrsWritten));
        Assert.Equal(status == 401 ? "Negotiate" : "", string.Join(' ', response.Headers.WwwAuthenticate));
    }

    [Fact(Timeout = Limit)]
    public async Task Body_OfHtml_IsAPageWithItsType()
    {
        await using var fixture = await AdminServiceFixture.StartAsync(Device, "write+status=502+body=html");

        using var response = await fixture.SendRawAsync("POST", "/AdminService/wmi/SMS_Collection.CreateCCR", Push);

        Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("<!DOCTYPE html>", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData("write+close", 1)]
    [InlineData("write+reset", 1)]
    [InlineData("close", 0)]
    public async Task Connection_ThatIsCutAfterThePost_LeavesTheCcrOnlyIfToldTo(string fault, int ccrs)
    {
        await using var fixture = await AdminServiceFixture.StartAsync(Device, $"on=create+{fault}");

        await Assert.ThrowsAsync<HttpRequestException>(() => fixture.CreateAsync(Push));

        Assert.Equal((1, ccrs), (fixture.Service.Submissions, fixture.Service.CcrsWritten));
    }

    [Theory(Timeout = Limit)]
    [InlineData("on=create+status=500", 201, 200, 500)]
    [InlineData("on=query+status=500", 201, 500, 201)]
    [InlineData("on=site+status=500", 500, 200, 201)]
    [InlineData("denied", 404, 404, 404)]
    [InlineData("denied@PC01", 201, 404, 404)]
    [InlineData("denied@PC02", 201, 200, 201)]
    public async Task Fault_OfOneKindOrMachine_LeavesTheOthersAlone(string fault, int site, int query, int create)
    {
        await using var fixture = await AdminServiceFixture.StartAsync(Device, fault);

        var answers = new[]
        {
            (await fixture.GetAsync("/AdminService/wmi/SMS_Identification.GetSiteID")).Status,
            (await fixture.GetAsync("/AdminService/wmi/SMS_R_System?$filter=Name eq 'X' or Name eq 'pc01'")).Status,
            (await fixture.CreateAsync(Push)).Status,
        };

        Assert.Equal([site, query, create], answers.Select(status => (int)status));
    }

    [Fact(Timeout = Limit)]
    public async Task Shift_OfTimes_MovesThemInRowsAlone()
    {
        await using var fixture = await AdminServiceFixture.StartAsync(Device, "shift=-6h@PC01; shift=2h");

        var first = Assert.Single(await fixture.RowsAsync("SMS_CombinedDeviceResources(16777301)"));
        var second = Assert.Single(await fixture.RowsAsync("SMS_CombinedDeviceResources(16777302)"));

        Assert.Equal(
            ("2026-02-02T06:00:00Z", "2026-02-02T14:00:00Z"), (first["LastDDR"]!.GetValue<string>(), second["LastDDR"]!.GetValue<string>()));
    }

    [Fact(Timeout = Limit)]
    public async Task NumericStatus_TellsTheStateOfAPushAsANumber()
    {
        await using var fixture = await AdminServiceFixture.StartAsync(Device, "numeric-status");
        await fixture.CreateAsync(Push);
        fixture.Site.Pass(TimeSpan.FromMinutes(1));

        var row = Assert.Single(await fixture.RowsAsync("SMS_CombinedDeviceResources(16777301)"));

        Assert.Equal("1", row["Status"]!.GetValue<string>());
    }

    [Fact(Timeout = Limit)]
    public async Task Delay_HoldsBackTheAnswer()
    {
        await using var fixture = await AdminServiceFixture.StartAsync(Device, "delay=200ms");
        var watch = Stopwatch.StartNew();

        var (status, _) = await fixture.CreateAsync(Push);

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.InRange(watch.Elapsed, TimeSpan.FromMilliseconds(180), TimeSpan.FromMinutes(4));
    }

    [Fact(Timeout = Limit)]
    public async Task Authorization_WhenOneIsAskedFor_IsRefusedWithoutIt()
    {
        await using var fixture = await AdminServiceFixture.StartAsync(Device, authorization: "Bearer x");
        const string Target = "/AdminService/wmi/SMS_Identification.GetSiteID";

        using var refused = await fixture.SendRawAsync("GET", Target, null);
        var (status, _) = await fixture.SendAsync("GET", Target, null, "Bearer x");

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Created), (refused.StatusCode, status));
        Assert.Equal("Negotiate", Assert.Single(refused.Headers.WwwAuthenticate).Scheme);
    }

    [Fact(Timeout = Limit)]
    public async Task Https_WithTheWrittenAuthority_IsTrusted()
    {
        await using var fixture = await AdminServiceFixture.StartAsync();
        await using var service = await SimulatedAdminService.StartAsync(
            new() { Site = fixture.Site.Site, Https = true }, TestContext.Current.CancellationToken);
        using var authority = X509Certificate2.CreateFromPem(service.CaCertificatePem);
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            CustomTrustStore = { authority },
        };
        using var client = new HttpClient(handler);

        using var response = await client.GetAsync(
            new Uri(service.BaseAddress, "/AdminService/wmi/SMS_Identification.GetSiteID"), TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.Created, "https"), (response.StatusCode, service.BaseAddress.Scheme));
    }

    [Theory]
    [InlineData("on=delete", "'delete' is no kind of request; write create, query or site")]
    [InlineData("body=xml", "'xml' is no body; write json, html or empty")]
    [InlineData("return=x", "'x' is no return value; write a whole number, such as 1")]
    [InlineData("shift=6", "'6' is no time; write it like 250ms, 2s or 1.5m, at most 24 hours")]
    [InlineData("denied+status=500", "'status=500' comes after another answer; a rule has one answer")]
    [InlineData("ok=404", "'404' is no status for it; write a number from 200 to 299")]
    [InlineData("explode", "endless-headers, on=create|query|site, denied, return=N, body=json|html|empty, ok=N, shift=[-]TIME, numeric-status")]
    public void Parse_OutsideTheGrammar_SaysWhatWouldBeRight(string spec, string message) => Assert.Contains(
        message, Assert.Throws<FormatException>(() => FaultPlan.ParseForAdminService(spec)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("denied")]
    [InlineData("on=create")]
    public void Parse_ForAManagementPoint_KnowsNoStepOfAnAdminService(string spec) =>
        Assert.Throws<FormatException>(() => FaultPlan.Parse(spec));
}
