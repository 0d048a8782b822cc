using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.SiteSimulator.Tests.ManagementPoint;

public sealed class SimulatedManagementPointTests
{
    private const int Limit = 300_000;

    [Theory(Timeout = Limit)]
    [InlineData("GET", "/sms_mp/.sms_aut?mplist", 200, null)]
    [InlineData("GET", "/SMS_MP/.SMS_AUT?MPCERT", 200, null)]
    [InlineData("GET", "/sms_mp/.sms_aut", 404, null)]
    [InlineData("SMS_POST", "/sms_mp/.sms_aut?mplist", 405, "GET")]
    [InlineData("GET", "/sms_mp/machine.ccr?mn=PC01&dn=CORP", 405, "SMS_POST")]
    [InlineData("POST", "/sms_mp/machine.ccr?mn=PC01&dn=CORP", 405, "SMS_POST")]
    [InlineData("sms_post", "/sms_mp/machine.ccr?mn=PC01&dn=CORP", 405, "SMS_POST")]
    [InlineData("SMS_POST", "/machine.ccr?mn=PC01&dn=CORP", 404, null)]
    [InlineData("SMS_POST", "/sms_mp/machine.ccr/?mn=PC01&dn=CORP", 404, null)]
    [InlineData("GET", "/", 404, null)]
    public async Task Request_OtherThanASubmission_IsAnsweredAndLeavesNoCcr(
        string method, string target, int status, string? allow)
    {
        await using var fixture = await SimulatorFixture.StartAsync();

        using var response = await fixture.SendAsync(method, target);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(allow, response.Content.Headers.Allow.SingleOrDefault());
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal(0, fixture.Point.Submissions);
        Assert.Empty(fixture.CcrFiles());
    }

    [Fact(Timeout = Limit)]
    public async Task RequestsLog_OverTwoRuns_HasAHeaderARunAndALineARequest()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2006, 2, 6, 23, 5, 7, 89, TimeSpan.Zero));
        await using var fixture = await SimulatorFixture.StartAsync(time: time);
        using var submission = await fixture.SubmitAsync("PC01");
        await fixture.StartAgainAsync(time: time);
        using var other = await fixture.SendAsync("GET", "/sms%20mp/");
        await fixture.Point.DisposeAsync();

        var log = await File.ReadAllTextAsync(
            Path.Combine(fixture.Folder, "requests.log"), TestContext.Current.CancellationToken);

        const string Header =
            "#Software: simulated SMS 2003 management point\n#Version: 1.0\n#Date: 2006-02-06 23:05:07\n"
            + "#Fields: date time cs-method cs-uri-stem cs-uri-query sc-status\n";
        Assert.Equal(
            Header + "2006-02-06 23:05:07.089 SMS_POST /sms_mp/machine.ccr mn=PC01&dn=CORP&fkey=True 200\n"
            + Header + "2006-02-06 23:05:07.089 GET /sms%20mp/ - 404\n",
            log);
    }

    [Fact(Timeout = Limit)]
    public async Task StartAsync_OnAFolderInUse_IsRefused()
    {
        await using var fixture = await SimulatorFixture.StartAsync();

        await Assert.ThrowsAsync<IOException>(() => SimulatedManagementPoint.StartAsync(
            new() { DataDirectory = fixture.Folder }, TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = Limit)]
    public async Task StartAsync_OnAPortInUse_IsRefused()
    {
        await using var fixture = await SimulatorFixture.StartAsync();

        await Assert.ThrowsAsync<IOException>(() => SimulatedManagementPoint.StartAsync(
            new() { Port = fixture.Point.BaseAddress.Port }, TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = Limit)]
    public async Task StartAsync_WithoutAFolder_CountsInMemoryAndTellsTheObserver()
    {
        var observed = new List<RecordedRequest>();
        await using var point = await SimulatedManagementPoint.StartAsync(
            new() { RememberedRequests = 2, OnRequest = observed.Add }, TestContext.Current.CancellationToken);
        using var client = new HttpClient();

        for (var n = 0; n < 3; n++)
        {
            using var request = new HttpRequestMessage(
                new HttpMethod("SMS_POST"), new Uri(point.BaseAddress, $"/sms_mp/machine.ccr?mn=PC{n}&dn=CORP"));
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        }

        Assert.Equal(3, point.Submissions);
        Assert.Equal(3, point.CcrsWritten);
        Assert.Equal("PC1 PC2", string.Join(' ', point.Requests.Select(request => request.Machine)));
        Assert.Equal("PC0 PC1 PC2", string.Join(' ', observed.Select(request => request.Machine)));
    }

    [Fact(Timeout = Limit)]
    public async Task Https_WithTheWrittenAuthority_IsTrustedAndWithoutItIsNot()
    {
        var folder = Directory.CreateTempSubdirectory("ccr-mp-");
        await using var point = await SimulatedManagementPoint.StartAsync(
            new() { Https = true, DataDirectory = folder.FullName }, TestContext.Current.CancellationToken);
        using var authority = X509Certificate2.CreateFromPem(
            await File.ReadAllTextAsync(point.CaCertificateFile!, TestContext.Current.CancellationToken));
        using var trusting = new SocketsHttpHandler();
        trusting.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            CustomTrustStore = { authority },
        };
        using var client = new HttpClient(trusting);
        using var stranger = new HttpClient();
        var list = new Uri(point.BaseAddress, "/sms_mp/.sms_aut?mplist");

        using var response = await client.GetAsync(list, TestContext.Current.CancellationToken);
        var refused = await Assert.ThrowsAsync<HttpRequestException>(
            () => stranger.GetAsync(list, TestContext.Current.CancellationToken));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("https", point.BaseAddress.Scheme);
        Assert.Equal(HttpRequestError.SecureConnectionError, refused.HttpRequestError);
        Assert.Equal(point.CaCertificatePem, authority.ExportCertificatePem());
        folder.Delete(recursive: true);
    }
}
