using System.Globalization;
using Ccr.SiteSimulator;
using Ccr.SiteSimulator.Faults;

namespace Ccr.Campaign.Supervision;

/// <summary>How a site behaves that is looked at after pushes.</summary>
internal sealed record FastSiteSetup
{
    /// <summary>What becomes of a push: the fates of a file of devices, as JSON.</summary>
    public required string Fates { get; init; }

    /// <summary>How its AdminService misbehaves.</summary>
    public string? Faults { get; init; }

    /// <summary>How long the seven days last in which the site itself tries.</summary>
    public TimeSpan Week { get; init; } = TimeSpan.FromSeconds(14);

    /// <summary>How long after a push nobody looks any more.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Whether it has a management point, and is looked at in its inboxes; otherwise it has an AdminService.</summary>
    public bool IsOfSms2003 { get; init; }
}

/// <summary>A simulated site whose time runs fast, in this process, so that it can be asked what became of each machine.</summary>
internal sealed class FastSite : IAsyncDisposable
{
    private static readonly TimeSpan RealWeek = TimeSpan.FromDays(7);

    private readonly FastSiteSetup _setup;
    private readonly SimulatedSite _site;
    private readonly SimulatedServer _server;

    private FastSite(FastSiteSetup setup, string folder, SimulatedSite site, SimulatedServer server) =>
        (_setup, RequestLog, _site, _server) = (setup, Path.Combine(folder, "requests", "requests.log"), site, server);

    public string RequestLog { get; }

    /// <summary>How long after a push nobody looks any more.</summary>
    public TimeSpan GiveUpAfter => _setup.GiveUpAfter;

    private double Speed => RealWeek / _setup.Week;

    public static async Task<FastSite> StartAsync(FastSiteSetup setup, string folder, CancellationToken cancellationToken)
    {
        var devices = DeviceSet.Parse($$"""{ "fates": {{setup.Fates}} }""", TimeProvider.System.GetUtcNow());
        var site = SimulatedSite.Start(new SimulatedSiteOptions { DataDirectory = folder, Devices = devices, Speed = RealWeek / setup.Week });
        var requests = Path.Combine(folder, "requests");
        SimulatedServer server = setup.IsOfSms2003
            ? await SimulatedManagementPoint.StartAsync(new() { Site = site, DataDirectory = requests }, cancellationToken)
            : await SimulatedAdminService.StartAsync(new() { Site = site, DataDirectory = requests, Faults = PlanOf(setup.Faults) }, cancellationToken);
        return new FastSite(setup, folder, site, server);
    }

    /// <summary>Has the AdminService misbehave otherwise from now on.</summary>
    public void Change(string? faults) => _server.Faults = PlanOf(faults);

    /// <summary>Whether the client of a machine talks, by the site's own knowledge, at a moment up to now.</summary>
    public bool IsBack(string machine, DateTimeOffset at)
    {
        var now = _site.CatchUp();
        var name = machine.Split('\\');
        return _site.Devices.Talks(name[1], name[0], now - ((TimeProvider.System.GetUtcNow() - at) * Speed));
    }

    /// <summary>The settings that have the sites of these keys served here, and looked at as much faster as the site is.</summary>
    public IEnumerable<KeyValuePair<string, string>> SettingsOf(IEnumerable<string> sites) => sites.SelectMany(site => Settings(site).Select(
        setting => KeyValuePair.Create($"Ccr__Sites__{site}__{setting.Name}", setting.Value)));

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _site.DisposeAsync();
    }

    private IEnumerable<(string Name, string Value)> Settings(string site)
    {
        var server = _setup.IsOfSms2003 ? "ManagementPoints__0" : "AdminService";
        yield return ($"{server}__Address", _server.BaseAddress.ToString());
        yield return ($"{server}__ConnectTimeout", "00:00:01");
        yield return ($"{server}__TotalTimeout", site == "hq" ? "00:00:08" : "00:00:03");
        yield return ("Verification__Enabled", "true");
        yield return ("Verification__FirstAfter", "00:00:00.5");
        yield return ("Verification__Every", "00:00:00.5");
        yield return ("Verification__OftenFor", "00:00:04");
        yield return ("Verification__ThenEvery", "00:00:01");
        yield return ("Verification__SiteGivesUpAfter", Text(_setup.Week));
        yield return ("Verification__GiveUpAfter", Text(GiveUpAfter));
        if (!_setup.IsOfSms2003) yield break;
        yield return ("Verification__InboxesFolder", _site.InboxesFolder);
        yield return ("Verification__LogFile", _site.LogFile);
    }

    private static FaultPlan PlanOf(string? faults) => faults is null ? FaultPlan.None : FaultPlan.ParseForAdminService(faults);

    private static string Text(TimeSpan time) => time.ToString("c", CultureInfo.InvariantCulture);
}
