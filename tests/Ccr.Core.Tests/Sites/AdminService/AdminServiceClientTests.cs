using Ccr.Core.Configuration;
using Ccr.Core.Machines;
using Ccr.Core.Sites;
using Ccr.Core.Sites.AdminService;
using Ccr.SiteSimulator;
using Ccr.SiteSimulator.Faults;

namespace Ccr.Core.Tests.Sites.AdminService;

/// <summary>CCRs that are asked of the simulated AdminService, with each of its faults: the right class, and at most one CCR.</summary>
public sealed class AdminServiceClientTests : IAsyncDisposable
{
    private const int Limit = 60_000;
    private const string Devices = """
        {"addUnknown":false,"devices":[
          {"resourceId":101,"name":"PC01","domain":"CORP"},
          {"resourceId":102,"name":"PC01","domain":"LAB"},
          {"resourceId":103,"name":"PC01","domain":"CORP","obsolete":true},
          {"resourceId":104,"name":"PC01","domain":"CORP","decommissioned":true},
          {"resourceId":201,"name":"TWICE","domain":"CORP"},
          {"resourceId":202,"name":"TWICE","domain":"CORP"},
          {"resourceId":301,"name":"GONE","domain":"CORP","obsolete":true}]}
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ccr-");
    private readonly SimulatedSite _site;
    private readonly AdminServiceClient _client = new(TimeProvider.System);

    public AdminServiceClientTests() => _site = SimulatedSite.Start(new SimulatedSiteOptions
    {
        DataDirectory = _folder.FullName,
        Devices = DeviceSet.Parse(Devices, TimeProvider.System.GetUtcNow()),
    });

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _site.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact(Timeout = Limit)]
    public async Task SubmitAsync_OneDevice_AsksForItByItsKey()
    {
        await using var service = await StartAsync();

        var answer = await SubmitAsync(service, "pc01");

        Assert.Equal((SubmissionVerdict.Accepted, "CCR3401", 201), (answer.Verdict, answer.Reason.Code, answer.HttpStatus));
        Assert.EndsWith("for device 101", answer.Detail);
        Assert.Equal(1, CountCcrs(service));
    }

    [Theory(Timeout = Limit)]
    [InlineData("NOBODY", "CCR3411", "no device is named NOBODY")]
    [InlineData("GONE", "CCR3411", "all records of GONE are obsolete or decommissioned")]
    [InlineData("TWICE", "CCR3413", "2 devices are CORP\\TWICE: 201, 202")]
    public async Task SubmitAsync_NotSurelyOneDevice_IsRefusedAndAsksForNothing(string machine, string code, string detail)
    {
        await using var service = await StartAsync();

        var answer = await SubmitAsync(service, machine);

        Assert.Equal((SubmissionVerdict.Refused, code, detail), (answer.Verdict, answer.Reason.Code, answer.Detail));
        Assert.Equal(0, CountCcrs(service));
    }

    [Fact(Timeout = Limit)]
    public async Task SubmitAsync_DeviceOfAnotherDomain_IsRefused()
    {
        await using var service = await StartAsync();

        var answer = await SubmitAsync(service, "PC01", "SALES");

        Assert.Equal((SubmissionVerdict.Refused, "CCR3412"), (answer.Verdict, answer.Reason.Code));
        Assert.Equal(0, CountCcrs(service));
    }

    /// <summary>The faults on the request itself: what may have been taken is unknown, and never asked for twice.</summary>
    [Theory(Timeout = Limit)]
    [InlineData("on=create+return=1", SubmissionVerdict.Refused, "CCR3414")]
    [InlineData("on=create+denied", SubmissionVerdict.Refused, "CCR3416")]
    [InlineData("on=create+status=400", SubmissionVerdict.Refused, "CCR3418")]
    [InlineData("on=create+status=401", SubmissionVerdict.Refused, "CCR3415")]
    [InlineData("on=create+status=403", SubmissionVerdict.Refused, "CCR3417")]
    [InlineData("on=create+redirect", SubmissionVerdict.Refused, "CCR3418")]
    [InlineData("on=create+status=408", SubmissionVerdict.Unknown, "CCR3431")]
    [InlineData("on=create+status=500", SubmissionVerdict.Unknown, "CCR3431")]
    [InlineData("on=create+write+status=500+body=html", SubmissionVerdict.Unknown, "CCR3431")]
    [InlineData("on=create+status=503+body=empty", SubmissionVerdict.Unknown, "CCR3431")]
    [InlineData("on=create+write+status=200+body=html", SubmissionVerdict.Unknown, "CCR3433")]
    [InlineData("on=create+write+status=201+body=empty", SubmissionVerdict.Unknown, "CCR3433")]
    [InlineData("on=create+write+close", SubmissionVerdict.Unknown, "CCR3432")]
    [InlineData("on=create+write+reset", SubmissionVerdict.Unknown, "CCR3432")]
    [InlineData("on=create+write+silence", SubmissionVerdict.Unknown, "CCR3432")]
    [InlineData("on=create+garbage", SubmissionVerdict.Unknown, "CCR3432")]
    [InlineData("on=create+endless-headers", SubmissionVerdict.Unknown, "CCR3432")]
    [InlineData("on=create+ok=200", SubmissionVerdict.Accepted, "CCR3401")]
    public async Task SubmitAsync_FaultOfTheRequest_HasItsClassAndIsSentOnce(string fault, SubmissionVerdict verdict, string code)
    {
        await using var service = await StartAsync(fault);

        var answer = await SubmitAsync(service, "PC01");

        Assert.Equal((verdict, code), (answer.Verdict, answer.Reason.Code));
        Assert.Equal(1, CountCcrs(service));
    }

    [Theory(Timeout = Limit)]
    [InlineData("PC01", "which is 101: {\"ResourceID\":101,\"Forced\":true,\"ForceReinstall\":false,\"PushEvenIfDC\":false,\"SpecifySiteCode\":true,\"PushSiteCode\":\"P01\"}")]
    [InlineData("TWICE", "but CCR3413: 2 devices are CORP\\TWICE: 201, 202")]
    public async Task DescribeAsync_ForADryRun_SaysTheDeviceOrWhyThereIsNoneAndAsksForNothing(string machine, string said)
    {
        await using var service = await StartAsync();

        Assert.Equal(said, await _client.DescribeAsync(PointOf(service), Submission(machine, "CORP"), Stop));
        Assert.Equal(0, CountCcrs(service));
    }

    /// <summary>Faults on the question which device is meant: nothing was asked for, so it may be tried again unless somebody must mend something.</summary>
    [Theory(Timeout = Limit)]
    [InlineData("on=query+denied", SubmissionVerdict.Refused, "CCR3416")]
    [InlineData("on=query+status=401", SubmissionVerdict.Refused, "CCR3415")]
    [InlineData("on=query+status=403", SubmissionVerdict.Refused, "CCR3417")]
    [InlineData("on=query+status=500", SubmissionVerdict.NotSent, "CCR3423")]
    [InlineData("on=query+status=200+body=html", SubmissionVerdict.NotSent, "CCR3423")]
    [InlineData("on=query+close", SubmissionVerdict.NotSent, "CCR3423")]
    [InlineData("on=query+silence", SubmissionVerdict.NotSent, "CCR3423")]
    [InlineData("on=query+endless-body", SubmissionVerdict.NotSent, "CCR3423")]
    public async Task SubmitAsync_FaultOfTheQuestion_AsksForNothing(string fault, SubmissionVerdict verdict, string code)
    {
        await using var service = await StartAsync(fault);

        var answer = await SubmitAsync(service, "PC01");

        Assert.Equal((verdict, code), (answer.Verdict, answer.Reason.Code));
        Assert.Equal(0, CountCcrs(service));
    }

    [Fact(Timeout = Limit)]
    public async Task SubmitAsync_NobodyListens_WasCertainlyNotSent()
    {
        var service = await StartAsync();
        await service.DisposeAsync();

        var answer = await SubmitAsync(service, "PC01");

        Assert.Equal((SubmissionVerdict.NotSent, "CCR3421"), (answer.Verdict, answer.Reason.Code));
    }

    [Fact(Timeout = Limit)]
    public async Task SubmitAsync_CertificateThatNobodyTrusts_SaysWhoseItMayBe()
    {
        await using var service = await StartAsync(https: true);

        var answer = await SubmitAsync(service, "PC01");

        Assert.Equal((SubmissionVerdict.NotSent, "CCR3422"), (answer.Verdict, answer.Reason.Code));
        Assert.Contains("SMS Issuing", answer.Reason.Remedy);
    }

    [Fact(Timeout = Limit)]
    public async Task SubmitAsync_CertificateOfTheConfiguredAuthority_IsAccepted()
    {
        await using var service = await StartAsync(https: true);
        var point = PointOf(service, options => options.CaFile = Path.Combine(_folder.FullName, "service", "ca.pem"));

        var answer = await _client.SubmitAsync(point, Submission("PC01", "CORP"), Stop);

        Assert.Equal(SubmissionVerdict.Accepted, answer.Verdict);
    }

    [Fact(Timeout = Limit)]
    public async Task PreflightAsync_SoundService_AsksForNothing()
    {
        await using var service = await StartAsync();

        var answer = await _client.PreflightAsync(PointOf(service), Stop);

        Assert.True(answer.IsSound);
        Assert.Equal(0, CountCcrs(service));
    }

    [Theory(Timeout = Limit)]
    [InlineData("on=site+status=401", "CCR3415")]
    [InlineData("on=query+denied", "CCR3416")]
    [InlineData("on=site+status=500", "CCR3423")]
    public async Task PreflightAsync_ServiceWithAFault_SaysWhich(string fault, string code)
    {
        await using var service = await StartAsync(fault);

        var answer = await _client.PreflightAsync(PointOf(service), Stop);

        Assert.Equal((false, code), (answer.IsSound, answer.Reason.Code));
    }

    private static int CountCcrs(SimulatedAdminService service) => service.Requests.Count(request => request.Method == "POST");

    private static Submission Submission(string machine, string domain) => new(MachineName.Parse(machine), DomainName.Parse(domain), Force: true);

    private static ManagementPoint PointOf(SimulatedAdminService service, Action<AdminServiceOptions>? configure = null)
    {
        var options = new AdminServiceOptions
        {
            Address = service.BaseAddress.ToString(),
            SiteCode = "P01",
            ConnectTimeout = TimeSpan.FromSeconds(10),
            TotalTimeout = TimeSpan.FromSeconds(11),
        };
        configure?.Invoke(options);
        var faults = new List<ConfigurationFault>();
        var point = AdminServiceBuilder.Build(options, SiteTransport.Direct, "x", faults);
        Assert.Empty(faults);
        return point!;
    }

    private Task<SimulatedAdminService> StartAsync(string? faults = null, bool https = false) => SimulatedAdminService.StartAsync(
        new SimulatedAdminServiceOptions
        {
            Site = _site,
            Https = https,
            DataDirectory = Path.Combine(_folder.FullName, "service"),
            Faults = faults is null ? FaultPlan.None : FaultPlan.ParseForAdminService(faults),
        },
        Stop);

    private Task<SubmissionAnswer> SubmitAsync(SimulatedAdminService service, string machine, string domain = "CORP") =>
        _client.SubmitAsync(PointOf(service), Submission(machine, domain), Stop);
}
