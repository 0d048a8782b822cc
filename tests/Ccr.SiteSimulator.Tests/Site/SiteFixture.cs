using Ccr.SiteSimulator.Devices;
using Ccr.SiteSimulator.Site;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.SiteSimulator.Tests.Site;

/// <summary>A site on a temporary folder, whose time only moves when a test moves it.</summary>
internal sealed class SiteFixture : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2006, 2, 6, 8, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ccr-site-");
    private readonly string? _devices;

    public SiteFixture(string? devices = null, double speed = 1, long mostLogBytes = long.MaxValue, DateTimeOffset? start = null)
    {
        _devices = devices;
        Time = new FakeTimeProvider(start ?? Start);
        Site = StartSite(speed, mostLogBytes);
    }

    public FakeTimeProvider Time { get; }

    public SimulatedSite Site { get; private set; }

    public string Folder => _folder.FullName;

    public string Incoming => Names("ccr.box");

    public string InProcess => Names("ccr.box/inproc");

    public string Retry => Names("ccrretry.box");

    /// <summary>What ccm.log says, without times and threads.</summary>
    public IReadOnlyList<string> Lines => File.Exists(Site.LogFile) ? [.. File.ReadAllLines(Site.LogFile).Select(line => line.Split("  $$<")[0])] : [];

    public string PathOf(string file) => Path.Combine(Site.InboxesFolder, file);

    public void Push(string machine, string domain = "CORP", bool forced = true, long? resourceId = null) =>
        Site.Receive(new ReceivedCcr(machine, domain, forced) { ResourceId = resourceId });

    /// <summary>Lets time pass, and the site do what is due by then.</summary>
    public void Pass(TimeSpan time)
    {
        Time.Advance(time);
        Site.CatchUp();
    }

    public SimulatedDevice Device(string name, string domain = "CORP") => Site.Devices.Find(name, domain, Site.Now)!;

    public async Task StartAgainAsync()
    {
        await Site.DisposeAsync();
        Site = StartSite(1, long.MaxValue);
    }

    public async ValueTask DisposeAsync()
    {
        await Site.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private SimulatedSite StartSite(double speed, long mostLogBytes) => SimulatedSite.Start(new()
    {
        DataDirectory = Folder,
        Devices = _devices is null ? DeviceSet.Empty() : DeviceSet.Parse(_devices, Time.GetUtcNow()),
        Speed = speed,
        MostLogBytes = mostLogBytes,
        TimeProvider = Time,
        PollInterval = TimeSpan.FromDays(40),
    });

    private string Names(string folder) => string.Join(' ', Directory.EnumerateFiles(PathOf(folder)).Select(Path.GetFileName).Order(StringComparer.Ordinal));
}
