using System.Net.WebSockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Ccr.EmbeddedRelay;

/// <summary>Hands the requests of senders to listeners, and their answers back.</summary>
internal sealed class SenderDesk(EmbeddedRelayOptions options)
{
    private const int MaxBodyOverControl = 64 * 1024;
    private const int MaxCommandOverControl = 32 * 1024;

    /// <summary>Where a sender's connection keeps the rendezvous that its further requests go over.</summary>
    private static readonly object RendezvousKey = new();

    private static readonly string[] KnownMethods = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"];

    public async Task ServeAsync(HttpContext context, HybridConnection connection)
    {
        if (!options.AllowExtensionMethods && !KnownMethods.Contains(context.Request.Method))
        {
            await RefuseAsync(context, 405, "This relay is told to let only the methods of HTTP itself through.");
            return;
        }

        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var items = context.Features.GetRequiredFeature<IConnectionItemsFeature>().Items;
        var rendezvous = items.TryGetValue(RendezvousKey, out var kept) && kept is ListenerSocket { IsOpen: true } open ? open : null;
        var listener = rendezvous ?? connection.ChooseListener();
        if (listener is null || target[0] != '/')
        {
            await (listener is null ? RefuseAsync(context, 502, "Nobody listens.") : RefuseAsync(context, 400, "The target has to be a path."));
            return;
        }

        using var limit = new CancellationTokenSource(options.AnswerLimit, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, context.RequestAborted);
        var exchange = connection.Begin(context);
        try
        {
            await SendAsync(exchange, WithoutRelayParameters(target), listener, isRendezvous: rendezvous is not null, connection.Name, either.Token);
            var answer = await exchange.Answered.Task.WaitAsync(either.Token);
            if (exchange.Met.Task is { IsCompletedSuccessfully: true, Result: var met }) Keep(met, context, items);
            await PassOnAsync(answer, context, connection.TakeLoss());
        }
        catch (Exception) when (!context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            // Nobody answered in time, or the listener went away while it was handed the request: nobody knows whether it has it.
            await RefuseAsync(context, 504, "The listener did not answer.");
        }
        catch (Exception)
        {
            // The sender is gone.
        }
        finally
        {
            connection.End(exchange);
        }
    }

    /// <summary>An answer of the relay itself, which has no Via.</summary>
    public static Task RefuseAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain";
        return context.Response.WriteAsync(text);
    }

    /// <summary>Hands a request to a listener: over its rendezvous, over the control channel if it is small, or over a new rendezvous.</summary>
    private static async Task SendAsync(
        Exchange exchange, string target, ListenerSocket listener, bool isRendezvous, string name, CancellationToken cancellationToken)
    {
        var request = exchange.Sender.Request;
        var hasBody = exchange.Sender.Features.GetRequiredFeature<IHttpRequestBodyDetectionFeature>().CanHaveBody;
        var address = $"{(request.IsHttps ? "wss" : "ws")}://{listener.Host}/$hc/{name}?sb-hc-action=request&sb-hc-id={exchange.Secret}";
        var command = Frames.WriteRequest(address, exchange.Id, request.Method, target, request.Headers, ViaOf(request), hasBody);
        var body = hasBody ? request.Body : null;
        var isLarge = (hasBody && request.ContentLength is null) || request.ContentLength > MaxBodyOverControl || command.Length > MaxCommandOverControl;
        if (!isRendezvous && isLarge)
        {
            await listener.SendAsync(Frames.WriteRendezvous(address), null, cancellationToken);
            listener = await exchange.Met.Task.WaitAsync(cancellationToken);
        }
        else if (!isRendezvous && body is not null)
        {
            // The control channel does not wait for a slow sender.
            var whole = new MemoryStream();
            await body.CopyToAsync(whole, cancellationToken);
            whole.Position = 0;
            body = whole;
        }

        await listener.SendAsync(command, body, cancellationToken);
    }

    /// <summary>Keeps a rendezvous for the further requests of a sender's connection, and closes it with that.</summary>
    private static void Keep(ListenerSocket rendezvous, HttpContext context, IDictionary<object, object?> items)
    {
        if (items.TryGetValue(RendezvousKey, out var kept) && kept == rendezvous) return;
        items[RendezvousKey] = rendezvous;
        context.Features.GetRequiredFeature<IConnectionLifetimeFeature>().ConnectionClosed
            .Register(() => _ = rendezvous.CloseAsync(WebSocketCloseStatus.EndpointUnavailable, "The sender is gone."));
    }

    private static async Task PassOnAsync(ListenerAnswer answer, HttpContext context, LostAnswer? loss)
    {
        var (head, response) = (answer.Head, context.Response);
        if (loss == LostAnswer.BrokenConnection)
        {
            context.Abort();
        }
        else if (loss == LostAnswer.GatewayTimeout)
        {
            await RefuseAsync(context, 504, "The listener's answer was lost, as it was asked for.");
        }
        else if (head.Status is < 200 or > 599 or 502 or 504)
        {
            await RefuseAsync(context, 500, "The listener answered with a status that it may not use.");
        }
        else
        {
            response.StatusCode = head.Status;
            if (head.Description is { } text && text.All(c => c is >= ' ' and <= '~'))
                context.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = text;
            foreach (var (name, value) in head.Headers.Where(header => !Frames.HeadersOfConnections.Contains(header.Key))) TryAdd(response, name, value);
            response.Headers.Via = ViaOf(context.Request);
            var hasBody = context.Request.Method != "HEAD" && head.Status is not (204 or 205 or 304);
            if (!hasBody) return;
            response.ContentLength = answer.Body.Length;
            await response.Body.WriteAsync(answer.Body, context.RequestAborted);
        }
    }

    private static void TryAdd(HttpResponse response, string name, string value)
    {
        try
        {
            response.Headers[name] = value;
        }
        catch (InvalidOperationException)
        {
            // HTTP cannot carry it.
        }
    }

    private static string ViaOf(HttpRequest request) => $"1.1 {request.Host.Value}";

    private static string WithoutRelayParameters(string target)
    {
        if (target.Split('?', 2) is not [var path, var query]) return target;
        var kept = string.Join('&', query.Split('&').Where(part => !part.StartsWith("sb-hc-", StringComparison.OrdinalIgnoreCase)));
        return kept.Length == 0 ? path : $"{path}?{kept}";
    }
}
