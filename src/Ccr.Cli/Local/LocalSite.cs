using Ccr.Core.Sites;
using Ccr.SiteSimulator;

namespace Ccr.Cli.Local;

/// <summary>The simulated site of a run, which stands in for every site of its configuration.</summary>
internal sealed class LocalSite : IAsyncDisposable
{
    /// <summary>A management point of SMS 2003.</summary>
    public const string Sms2003 = "sms2003";

    /// <summary>A site of Configuration Manager with its AdminService.</summary>
    public const string ConfigMgr = "configmgr";

    /// <summary>
    /// How many times as fast as the clock a site lives that is looked at: seven days, in which a site gives up, are half a minute.
    /// </summary>
    private const double Fast = 20_160;

    /// <summary>Most machines come back within minutes; some are off for hours, and some never come back.</summary>
    private const string Fates = """
        { "fates": [
          { "pattern": "*3", "fate": "off=3h" }, { "pattern": "*5", "fate": "never" },
          { "pattern": "*7", "fate": "access-denied" }, { "pattern": "*9", "fate": "firewall" } ] }
        """;

    private readonly SimulatedServer _server;
    private readonly SimulatedSite? _site;
    private readonly DirectoryInfo? _temporary;

    private LocalSite(SimulatedServer server, SimulatedSite? site = null, DirectoryInfo? temporary = null) =>
        (_server, _site, _temporary) = (server, site, temporary);

    /// <summary>What it answers as, in words, and as a name for programs.</summary>
    public (string Words, string Name) Kind => _server is SimulatedManagementPoint ? ("management point", "managementPoint") : ("AdminService", "adminService");

    /// <summary>Where it answers.</summary>
    public Uri Address => _server.BaseAddress;

    /// <summary>How many requests for a CCR arrived.</summary>
    public long Submissions => _server.Submissions;

    /// <summary>The settings of a site, below its key, that have it served here.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Settings
    {
        get
        {
            var isManagementPoint = _server is SimulatedManagementPoint;
            yield return Setting(
                isManagementPoint ? $"{nameof(SiteOptions.ManagementPoints)}:0:Address" : $"{nameof(SiteOptions.AdminService)}:Address", Address.ToString());
            if (!IsLookedAt) yield break;

            foreach (var (name, value) in LooksOfAFastSite) yield return Setting($"{nameof(SiteOptions.Verification)}:{name}", value);
            if (!isManagementPoint) yield break;
            yield return Setting($"{nameof(SiteOptions.Verification)}:{nameof(VerificationOptions.InboxesFolder)}", _site!.InboxesFolder);
            yield return Setting($"{nameof(SiteOptions.Verification)}:{nameof(VerificationOptions.LogFile)}", _site.LogFile);
        }
    }

    /// <summary>Whether it is looked at after pushes.</summary>
    public bool IsLookedAt { get; private init; }

    /// <summary>The looks of the defaults, as much faster as the site is; what a look takes stays as it is.</summary>
    private static IEnumerable<(string Name, string Value)> LooksOfAFastSite =>
    [
        (nameof(VerificationOptions.Enabled), "true"),
        (nameof(VerificationOptions.FirstAfter), "00:00:01"),
        (nameof(VerificationOptions.Every), "00:00:01"),
        (nameof(VerificationOptions.OftenFor), "00:00:06"),
        (nameof(VerificationOptions.ThenEvery), "00:00:04"),
        (nameof(VerificationOptions.SiteGivesUpAfter), "00:00:30"),
        (nameof(VerificationOptions.GiveUpAfter), "00:00:33"),
    ];

    /// <summary>Starts it; without a data folder it leaves nothing behind.</summary>
    public static Task<LocalSite> StartAsync(string kind, bool looks, string? dataDirectory, int port, TimeProvider time, CancellationToken stop) =>
        kind == ConfigMgr || looks
            ? StartSiteAsync(kind, looks, dataDirectory, port, time, stop)
            : StartManagementPointAsync(dataDirectory, port, time, stop);

    /// <summary>Has the site know a machine, as a discovery does. SMS 2003 is told names, and asked for no device.</summary>
    public void Discover(string machine, string domain) => _site?.Discover(machine, domain);

    /// <summary>Whether the client of a machine is back, by the site's own knowledge of its fate.</summary>
    public bool IsBack(VerificationResult verification) => _site?.Devices.Talks(verification.Machine, verification.Domain, _site.CatchUp()) == true;

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        if (_site is not null) await _site.DisposeAsync();
        _temporary?.Delete(recursive: true);
    }

    private static async Task<LocalSite> StartManagementPointAsync(string? dataDirectory, int port, TimeProvider time, CancellationToken stop) =>
        new(await Parts.StartManagementPointAsync(ManagementPoint(dataDirectory, port, time, site: null), stop));

    private static async Task<LocalSite> StartSiteAsync(
        string kind, bool looks, string? dataDirectory, int port, TimeProvider time, CancellationToken stop)
    {
        var temporary = dataDirectory is null ? Directory.CreateTempSubdirectory("ccr-site-") : null;
        SimulatedSite? site = null;
        try
        {
            var folder = dataDirectory ?? temporary!.FullName;
            var devices = looks ? DeviceSet.Parse(Fates, time.GetUtcNow()) : DeviceSet.Empty();
            site = await Parts.StartSiteAsync(
                new() { DataDirectory = Path.Combine(folder, "site"), Devices = devices, Speed = looks ? Fast : 1, TimeProvider = time });
            SimulatedServer server = kind == ConfigMgr
                ? await Parts.StartAdminServiceAsync(
                    new() { Site = site, Port = port, DataDirectory = Path.Combine(folder, "adminservice"), TimeProvider = time }, stop)
                : await Parts.StartManagementPointAsync(ManagementPoint(folder, port, time, site), stop);
            return new LocalSite(server, site, temporary) { IsLookedAt = looks };
        }
        catch
        {
            if (site is not null) await site.DisposeAsync();
            temporary?.Delete(recursive: true);
            throw;
        }
    }

    private static SimulatedManagementPointOptions ManagementPoint(string? folder, int port, TimeProvider time, SimulatedSite? site) =>
        new() { Port = port, DataDirectory = folder is null ? null : Path.Combine(folder, "mp"), TimeProvider = time, Site = site };

    private static KeyValuePair<string, string?> Setting(string key, string value) => KeyValuePair.Create<string, string?>(key, value);
}
