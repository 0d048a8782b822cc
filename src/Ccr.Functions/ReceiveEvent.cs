using Ccr.Core.Messaging;
using Ccr.Core.Results;
using Ccr.Hosting.ServiceBus;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace Ccr.Functions;

/// <summary>
/// Takes events from systems that can only call a webhook: with a function key, or with a token of Entra ID where App Service authentication is on.
/// </summary>
public sealed class ReceiveEvent(EventIntake intake)
{
    private const string CallerId = "X-MS-CLIENT-PRINCIPAL-ID";
    private const string AppServiceAuthentication = "WEBSITE_AUTH_ENABLED";

    /// <summary>Takes an event from a caller that has a function key; the host has checked it.</summary>
    [Function(nameof(ReceiveEvent))]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "events/{source}")] HttpRequest request, string source,
        CancellationToken cancellationToken) =>
        AcceptAsync(request, source, cancellationToken);

    /// <summary>Takes an event from a caller that has a token; App Service has checked it before the request comes here.</summary>
    [Function("ReceiveEventWithToken")]
    public async Task<IActionResult> RunWithTokenAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "entra/events/{source}")] HttpRequest request, string source,
        CancellationToken cancellationToken)
    {
        // Without App Service authentication anybody could write this header.
        var isGuarded = string.Equals(Environment.GetEnvironmentVariable(AppServiceAuthentication), bool.TrueString, StringComparison.OrdinalIgnoreCase);
        if (!isGuarded || string.IsNullOrEmpty(request.Headers[CallerId])) return new UnauthorizedResult();
        return await AcceptAsync(request, source, cancellationToken);
    }

    private async Task<IActionResult> AcceptAsync(HttpRequest request, string source, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await intake.AcceptAsync(source, request.ContentType, request.Body, cancellationToken);
            return answer.Refusal is { } refusal
                ? Problem(answer.Status, refusal, answer.Detail!)
                : new ObjectResult(new { id = answer.MessageId }) { StatusCode = answer.Status };
        }
        catch (MessagingException fault)
        {
            return Problem(StatusCodes.Status503ServiceUnavailable, MessagingReasons.NotQueued, fault.Message);
        }
    }

    private static ObjectResult Problem(int status, ReasonCode reason, string detail) =>
        new(new ProblemDetails { Status = status, Title = reason.Meaning, Detail = $"{detail}. {reason.Remedy}", Extensions = { ["code"] = reason.Code } })
        {
            StatusCode = status,
            ContentTypes = { "application/problem+json" },
        };
}
