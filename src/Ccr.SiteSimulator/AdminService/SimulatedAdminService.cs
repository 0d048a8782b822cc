using Ccr.SiteSimulator.AdminService;
using Ccr.SiteSimulator.Http;
using Microsoft.AspNetCore.Http;

namespace Ccr.SiteSimulator;

/// <summary>
/// A stand-in for the AdminService of Configuration Manager, for development and tests: which site it is, which devices there are, and the two methods
/// that make a CCR. It can be told to misbehave. Everything else that a real one offers is answered with 404.
/// </summary>
public sealed class SimulatedAdminService : SimulatedServer
{
    private readonly SimulatedAdminServiceOptions _options;

    private SimulatedAdminService(SimulatedAdminServiceOptions options)
        : base(options, new RequestDesk(options, "simulated AdminService", (ccr, _) => options.Site.Receive(ccr))) => _options = options;

    /// <summary>Starts listening; the returned service answers at once.</summary>
    /// <exception cref="IOException">The port is taken, or the data folder cannot be written or is another simulator's.</exception>
    public static Task<SimulatedAdminService> StartAsync(SimulatedAdminServiceOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        return StartAsync(new SimulatedAdminService(options), cancellationToken);
    }

    private protected override async ValueTask<ServerAnswer> ReadAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var request = context.Request;
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync(cancellationToken);
        if (_options.Authorization is { } wanted && request.Headers.Authorization != wanted)
            return AdminServiceAnswers.Error(StatusCodes.Status401Unauthorized, "") with { Header = "WWW-Authenticate: Negotiate" };

        var now = _options.Site.CatchUp();
        var rules = new AdminServiceRules(_options.Site, now, new Uri($"{request.Scheme}://{request.Host}"));
        return rules.Answer(request.Method, request.Path.Value ?? "", request.Query, body);
    }
}
