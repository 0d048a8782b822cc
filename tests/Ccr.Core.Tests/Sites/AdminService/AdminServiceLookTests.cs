using Ccr.Core.Configuration;
using Ccr.Core.Sites;
using Ccr.Core.Sites.AdminService;
using Ccr.Core.Sites.Looks;
using Ccr.Core.Views;
using Ccr.SiteSimulator;
using Ccr.SiteSimulator.Faults;

namespace Ccr.Core.Tests.Sites.AdminService;

/// <summary>Looks at the simulated AdminService: many machines by two questions, and each of its faults.</summary>
public sealed class AdminServiceLookTests : IAsyncDisposable
{
    private const int Limit = 60_000;
    private const string Devices = """
        {"addUnknown":false,"devices":[
          {"resourceId":101,"name":"PC01","domain":"CORP"},
          {"resourceId":102,"name":"PC01","domain":"LAB","client":false},
          {"resourceId":103,"name":"PC02","domain":"CORP","obsolete":true},
          {"resourceId":104,"name":"PC02","domain":"CORP","talks":true}]}
        """;

    private static readonly LookedFor[] Asked = [new("PC01", "CORP"), new("PC01", "LAB"), new("PC02", "CORP"), new("NOBODY", "CORP")];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ccr-");
    private readonly SimulatedSite _site;
    private readonly AdminServiceClient _client = new(TimeProvider.System);

    public AdminServiceLookTests() => _site = SimulatedSite.Start(new SimulatedSiteOptions
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
    public async Task LookAsync_ManyMachines_ShowsEachByTwoQuestions()
    {
        await using var service = await StartAsync();

        var answer = await _client.LookAsync(PointOf(service), Asked, Stop);

        Assert.Null(answer.Fault);
        Assert.Equal([101L, 102, 104, null], Asked.Select(machine => answer.Of(machine)!.Device?.ResourceId));
        Assert.Equal([true, false, true], Asked[..3].Select(machine => answer.Of(machine)!.Device!.HasClient));
        Assert.Equal([false, false, true], Asked[..3].Select(machine => answer.Of(machine)!.Device!.IsOnline));
        Assert.Equal(2, service.Requests.Count);
    }

    /// <summary>The simulated service writes "never" in all the ways in which live ones were seen to.</summary>
    [Fact(Timeout = Limit)]
    public async Task LookAsync_AMachineThatWasNeverHeardOf_HasNoTimes()
    {
        await using var service = await StartAsync();

        var device = (await _client.LookAsync(PointOf(service), Asked, Stop)).Of(Asked[1])!.Device!;

        Assert.Equal((null, null, null, null, null), (device.Registered, device.Heartbeat, device.LastDdr, device.PolicyRequest, device.Attempted));
    }

    [Theory(Timeout = Limit)]
    [InlineData("on=query+denied", "CCR3416")]
    [InlineData("on=query+status=401", "CCR3415")]
    [InlineData("on=query+status=500", "CCR3423")]
    [InlineData("on=query+status=200+body=html", "CCR3423")]
    [InlineData("on=query+close", "CCR3423")]
    [InlineData("on=query+garbage", "CCR3423")]
    public async Task LookAsync_WithAFault_SaysWhyAndShowsNothing(string fault, string code)
    {
        await using var service = await StartAsync(fault);

        var answer = await _client.LookAsync(PointOf(service), Asked, Stop);

        Assert.Equal((true, code), (answer.Views is null, answer.Fault!.Code));
    }

    /// <summary>A site whose times are hours off compares with itself all the same.</summary>
    [Fact(Timeout = Limit)]
    public async Task LookAsync_TimesThatAreShifted_AreShiftedInEveryLook()
    {
        await using var plain = await StartAsync();
        await using var shifted = await StartAsync("shift=3h");

        var before = (await _client.LookAsync(PointOf(plain), Asked, Stop)).Of(Asked[0])!.Device!;
        var first = (await _client.LookAsync(PointOf(shifted), Asked, Stop)).Of(Asked[0])!.Device!;
        var second = (await _client.LookAsync(PointOf(shifted), Asked, Stop)).Of(Asked[0])!.Device!;

        Assert.Equal(before.Registered!.Value.AddHours(3), first.Registered);
        Assert.Equal(first, second);
    }

    private static ManagementPoint PointOf(SimulatedAdminService service)
    {
        var options = new AdminServiceOptions
        {
            Address = service.BaseAddress.ToString(),
            ConnectTimeout = TimeSpan.FromSeconds(10),
            TotalTimeout = TimeSpan.FromSeconds(11),
        };
        var faults = new List<ConfigurationFault>();
        return AdminServiceBuilder.Build(options, SiteTransport.Direct, "x", faults)!;
    }

    private Task<SimulatedAdminService> StartAsync(string? faults = null) => SimulatedAdminService.StartAsync(
        new SimulatedAdminServiceOptions
        {
            Site = _site,
            DataDirectory = Path.Combine(_folder.FullName, $"service-{Guid.NewGuid():N}"),
            Faults = faults is null ? FaultPlan.None : FaultPlan.ParseForAdminService(faults),
        },
        Stop);
}
