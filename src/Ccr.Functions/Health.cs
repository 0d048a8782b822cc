using Ccr.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace Ccr.Functions;

/// <summary>Whether the job can be done now, for probes.</summary>
public sealed class Health(Readiness readiness)
{
    /// <summary>Answers 200 when it can, 503 when not, and says why.</summary>
    [Function(nameof(Health))]
    public async Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequest request, CancellationToken cancellationToken)
    {
        var checks = await readiness.CheckAsync(cancellationToken);
        var isReady = checks.All(check => check.Fault is null);
        return new ObjectResult(new { ready = isReady, checks = checks.Select(check => new { check.Name, ready = check.Fault is null, check.Fault }) })
        {
            StatusCode = isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable,
        };
    }
}
