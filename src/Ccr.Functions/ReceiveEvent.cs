using Ccr.Core.Events;
using Ccr.Core.Messaging;
using Ccr.Core.Results;
using Ccr.Hosting.ServiceBus;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace Ccr.Functions;

/// <summary>
/// Takes events from systems that can only call a webhook: with a function key, or with a token of Entra ID where App
/// Service authentication is on.
/// </summary>
public sealed class ReceiveEvent(EventIntake intake)
{
    /// <summary>The app role of the webhook's app registration. Its audience alone proves nothing: any identity of the tenant gets a token for it.</summary>
    private const string Role = "Events.Send";

    private const string TryAgainAfterSeconds = "30";

    /// <summary>Takes an event from a caller that has a function key; the host has checked it.</summary>
    [Function(nameof(ReceiveEvent))]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "events/{source}")] HttpRequest request,
        string source,
        CancellationToken cancellationToken) =>
        AcceptAsync(request, source, cancellationToken);

    /// <summary>Takes an event from a caller that has a token; App Service has checked it before the request comes here.</summary>
    [Function("ReceiveEventWithToken")]
    public async Task<IActionResult> RunWithTokenAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "entra/events/{source}")] HttpRequest request,
        string source,
        CancellationToken cancellationToken)
    {
        if (!Caller.IsKnown(request)) return new UnauthorizedResult();
        return Caller.HasRole(request, Role)
            ? await AcceptAsync(request, source, cancellationToken)
            : Problem(request, StatusCodes.Status403Forbidden, MessagingReasons.NotAllowed, $"the token of the caller has no role {Role}");
    }

    private async Task<IActionResult> AcceptAsync(HttpRequest request, string source, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await intake.AcceptAsync(source, request.ContentType, request.Body, cancellationToken);
            return answer.Refusal is { } refusal
                ? Problem(request, answer.Status, refusal, answer.Detail!)
                : new ObjectResult(new { id = answer.MessageId }) { StatusCode = answer.Status };
        }
        catch (MessagingException fault) when (fault.IsTooLarge)
        {
            return Problem(request, StatusCodes.Status413PayloadTooLarge, EventReasons.TooLarge, "with its properties it does not fit the queue");
        }
        catch (MessagingException fault)
        {
            return Problem(request, StatusCodes.Status503ServiceUnavailable, MessagingReasons.NotQueued, fault.Message);
        }
    }

    private static ObjectResult Problem(HttpRequest request, int status, ReasonCode reason, string detail)
    {
        if (status == StatusCodes.Status503ServiceUnavailable) request.HttpContext.Response.Headers.RetryAfter = TryAgainAfterSeconds;
        var problem = new ProblemDetails { Status = status, Title = reason.Meaning, Detail = $"{detail}. {reason.Remedy}" };
        problem.Extensions["code"] = reason.Code;
        return new ObjectResult(problem) { StatusCode = status, ContentTypes = { "application/problem+json" } };
    }
}
