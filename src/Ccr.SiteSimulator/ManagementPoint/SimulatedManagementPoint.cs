using Ccr.SiteSimulator.Http;
using Ccr.SiteSimulator.ManagementPoint;
using Ccr.SiteSimulator.Site;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Ccr.SiteSimulator;

/// <summary>
/// A stand-in for an SMS 2003 management point, for development and tests. It takes <c>SMS_POST</c> as the real one is publicly described to, writes
/// the <c>.ccr</c> file and an IIS-like log, and can be told to misbehave. It is no management point: it serves no policy, no content, no status
/// messages, and pushes no client.
/// </summary>
public sealed class SimulatedManagementPoint : SimulatedServer
{
    private SimulatedManagementPoint(SimulatedManagementPointOptions options)
        : base(options, new RequestDesk(options, "simulated SMS 2003 management point", WriterFor(options)))
    {
    }

    /// <summary>Starts listening; the returned management point answers at once.</summary>
    /// <exception cref="IOException">The port is taken, or the data folder cannot be written or is another simulator's.</exception>
    public static Task<SimulatedManagementPoint> StartAsync(SimulatedManagementPointOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        return StartAsync(new SimulatedManagementPoint(options), cancellationToken);
    }

    private protected override ValueTask<ServerAnswer> ReadAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var request = context.Request;
        var hasBody = context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? false;
        return new(RequestRules.Answer(request.Method, request.Path, request.Query, hasBody));
    }

    private static Action<ReceivedCcr, DateTimeOffset>? WriterFor(SimulatedManagementPointOptions options)
    {
        if (options.Site is { } site) return (ccr, _) => site.Receive(ccr);
        if (options.DataDirectory is not { } folder) return null;

        var box = new CcrBox(Path.Combine(folder, "ccr.box"));
        return (ccr, now) => box.Write(ccr, now.UtcDateTime);
    }
}
