using Ccr.SiteSimulator.Site;
using Microsoft.Extensions.Logging;

namespace Ccr.SiteSimulator;

/// <summary>
/// A stand-in for what a site server does with CCRs: it takes them from <c>ccr.box</c>, pushes to simulated devices as their fate says, and writes
/// <c>ccm.log</c>. It never connects to any machine. A management point and an AdminService may share it.
/// </summary>
public sealed class SimulatedSite : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly SimulatedSiteOptions _options;
    private readonly SiteClock _clock;
    private readonly CcrInboxes _inboxes;
    private readonly ClientConfigManager _manager;
    private readonly CancellationTokenSource _stopping = new();
    private readonly PeriodicTimer _timer;
    private readonly Task _loop;

    private SimulatedSite(SimulatedSiteOptions options)
    {
        _options = options;
        _clock = new SiteClock(options.TimeProvider, options.Speed);
        InboxesFolder = Directory.CreateDirectory(Path.Combine(Path.GetFullPath(options.DataDirectory), "inboxes")).FullName;
        var logs = Path.Combine(Path.GetFullPath(options.DataDirectory), "Logs");
        LogFile = Path.Combine(logs, "ccm.log");

        _inboxes = new CcrInboxes(InboxesFolder);
        var log = new CcmLog(logs, options.MostLogBytes, options.OnLogLine);
        _manager = new ClientConfigManager(_inboxes, log, options.Devices, options.AttemptTime, _clock.Now);
        _timer = new PeriodicTimer(options.PollInterval, options.TimeProvider);
        _loop = RunAsync();
    }

    /// <summary>The devices of the site.</summary>
    public DeviceSet Devices => _options.Devices;

    /// <summary>The site code.</summary>
    public string SiteCode => _options.SiteCode;

    /// <summary>The full path of the folder with <c>ccr.box</c> and <c>ccrretry.box</c>.</summary>
    public string InboxesFolder { get; }

    /// <summary>The full path of <c>ccm.log</c>, which may not be there yet.</summary>
    public string LogFile { get; }

    /// <summary>The site's own local time.</summary>
    public DateTimeOffset Now => _clock.Now;

    /// <summary>Starts the life of a site.</summary>
    /// <exception cref="IOException">The data folder cannot be written.</exception>
    public static SimulatedSite Start(SimulatedSiteOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!(options.Speed > 0)) throw new ArgumentException("The speed must be more than 0.", nameof(options));
        return new SimulatedSite(options);
    }

    /// <summary>Has a machine become a device, as a discovery does, if the set is to know every machine and does not know this one.</summary>
    public void Discover(string machine, string domain) => Devices.Meet(machine, domain, CatchUp());

    /// <summary>Does at once what is due by now; the site does it by itself within the poll interval. Returns the time.</summary>
    public DateTimeOffset CatchUp()
    {
        lock (_gate)
        {
            var now = _clock.Now;
            _manager.CatchUp(now);
            return now;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        _timer.Dispose();
        _stopping.Dispose();
    }

    /// <summary>Writes a CCR into <c>ccr.box</c>.</summary>
    internal void Receive(ReceivedCcr ccr)
    {
        lock (_gate) _inboxes.Box.Write(ccr, CatchUp().DateTime);
    }

    private async Task RunAsync()
    {
        var logger = _options.LoggerFactory.CreateLogger<SimulatedSite>();
        try
        {
            while (await _timer.WaitForNextTickAsync(_stopping.Token)) TryCatchUp(logger);
        }
        catch (OperationCanceledException)
        {
        }
    }

    private void TryCatchUp(ILogger logger)
    {
        try
        {
            CatchUp();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Another program may hold a file for a moment: the next look tries again.
            Log.SiteHeldUp(logger, fault);
        }
    }
}
