using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ccr.SiteSimulator;

/// <summary>What a <see cref="SimulatedSite"/> keeps, and how fast it lives.</summary>
public sealed class SimulatedSiteOptions
{
    /// <summary>The folder that receives <c>inboxes</c> and <c>Logs</c>; it is created when missing.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The devices; by default none, and each machine that is named becomes one.</summary>
    public DeviceSet Devices { get; init; } = DeviceSet.Empty();

    /// <summary>The site code; <c>P01</c> by default.</summary>
    public string SiteCode { get; init; } = "P01";

    /// <summary>How many times as fast as the clock the site lives; 1 by default. With 3,600 an hour passes in a second.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>How long one attempt at a machine takes, in the site's time; 30 seconds by default.</summary>
    public TimeSpan AttemptTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often the site looks at its folders, in real time; a quarter of a second by default.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The size at which <c>ccm.log</c> becomes <c>ccm.lo_</c>; 2 MiB by default.</summary>
    public long MostLogBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>The clock that the site's time starts with; its local zone is the site's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>What is called with the text of each line of <c>ccm.log</c>; it must be quick, since it holds up the site.</summary>
    public Action<string>? OnLogLine { get; init; }

    /// <summary>Where the simulator reports on itself; nowhere by default.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}
