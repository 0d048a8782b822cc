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

    private readonly SimulatedServer _server;
    private readonly SimulatedSite? _site;
    private readonly DirectoryInfo? _temporary;

    private LocalSite(SimulatedServer server, SimulatedSite? site = null, DirectoryInfo? temporary = null) =>
        (_server, _site, _temporary) = (server, site, temporary);

    /// <summary>What it answers as, in words, and as a name for programs.</summary>
    public (string Words, string Name) Kind => _site is null ? ("management point", "managementPoint") : ("AdminService", "adminService");

    /// <summary>Where it answers.</summary>
    public Uri Address => _server.BaseAddress;

    /// <summary>How many requests for a CCR arrived.</summary>
    public long Submissions => _server.Submissions;

    /// <summary>The setting of a site, below its key, that has it served here.</summary>
    public KeyValuePair<string, string?> Setting => KeyValuePair.Create<string, string?>(
        _site is null ? $"{nameof(SiteOptions.ManagementPoints)}:0:Address" : $"{nameof(SiteOptions.AdminService)}:Address", Address.ToString());

    /// <summary>Starts it; without a data folder it leaves nothing behind.</summary>
    public static Task<LocalSite> StartAsync(string kind, string? dataDirectory, int port, TimeProvider time, CancellationToken stop) =>
        kind == ConfigMgr ? StartConfigMgrAsync(dataDirectory, port, time, stop) : StartSms2003Async(dataDirectory, port, time, stop);

    /// <summary>Has the site know a machine, as a discovery does. SMS 2003 is told names, and asked for no device.</summary>
    public void Discover(string machine, string domain) => _site?.Discover(machine, domain);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        if (_site is not null) await _site.DisposeAsync();
        _temporary?.Delete(recursive: true);
    }

    private static async Task<LocalSite> StartSms2003Async(string? dataDirectory, int port, TimeProvider time, CancellationToken stop) =>
        new(await Parts.StartManagementPointAsync(
            new() { Port = port, DataDirectory = dataDirectory is null ? null : Path.Combine(dataDirectory, "mp"), TimeProvider = time }, stop));

    private static async Task<LocalSite> StartConfigMgrAsync(string? dataDirectory, int port, TimeProvider time, CancellationToken stop)
    {
        var temporary = dataDirectory is null ? Directory.CreateTempSubdirectory("ccr-site-") : null;
        SimulatedSite? site = null;
        try
        {
            var folder = dataDirectory ?? temporary!.FullName;
            site = await Parts.StartSiteAsync(new() { DataDirectory = Path.Combine(folder, "site"), TimeProvider = time });
            var service = await Parts.StartAdminServiceAsync(
                new() { Site = site, Port = port, DataDirectory = Path.Combine(folder, "adminservice"), TimeProvider = time }, stop);
            return new LocalSite(service, site, temporary);
        }
        catch
        {
            if (site is not null) await site.DisposeAsync();
            temporary?.Delete(recursive: true);
            throw;
        }
    }
}
