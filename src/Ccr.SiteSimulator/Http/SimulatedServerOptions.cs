using System.Net;
using Ccr.SiteSimulator.Faults;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ccr.SiteSimulator;

/// <summary>How a simulated server listens, what it keeps and how it misbehaves.</summary>
public abstract class SimulatedServerOptions
{
    /// <summary>The address to listen on; loopback by default, so that nothing else on the network can reach it.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The TCP port; 0, the default, lets the system choose a free one.</summary>
    public int Port { get; init; }

    /// <summary>Whether to serve https with a throw-away certificate instead of http.</summary>
    public bool Https { get; init; }

    /// <summary>
    /// The folder that receives <c>requests.log</c> and, with https, <c>ca.pem</c>; it is created when missing. Null, the default, writes nothing:
    /// requests are only counted.
    /// </summary>
    public string? DataDirectory { get; init; }

    /// <summary>The faults to begin with; none by default.</summary>
    public FaultPlan Faults { get; init; } = FaultPlan.None;

    /// <summary>The clock of log, delays and certificates; it is not made faster by a site's speed.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>The chance for faults that hit a share of requests; by default the same at each start.</summary>
    public Random Random { get; init; } = new(2003);

    /// <summary>How many of the latest requests are kept in memory; 10,000 by default.</summary>
    public int RememberedRequests { get; init; } = 10_000;

    /// <summary>
    /// What is called with each request once it is logged and before it is answered; it must be quick, since it holds up every other request.
    /// </summary>
    public Action<RecordedRequest>? OnRequest { get; init; }

    /// <summary>Where the simulator reports on itself; nowhere by default.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}
