using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;

namespace Ccr.FunctionsTestHost;

/// <summary>Finds the function of an HTTP request, checks its key, calls it, and hands the request on to the worker, which answers it.</summary>
internal sealed class HttpFront(FunctionsHost host, FunctionsHostOptions options)
{
    private const string Principal = "X-MS-CLIENT-PRINCIPAL";
    private const string PrincipalId = "X-MS-CLIENT-PRINCIPAL-ID";
    private static readonly HttpMessageInvoker Client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });

    public async Task AnswerAsync(HttpContext context)
    {
        if (options.Principals is not null) Authenticate(context.Request, options.Principals);
        var route = new RouteValueDictionary();
        var found = host.Worker.Functions.Select(function => (function.Name, Binding: ServiceBusTriggers.BindingOf(function, "httpTrigger")))
            .FirstOrDefault(function => function.Binding is not null && Matches(function.Binding, context.Request, route));
        context.Response.StatusCode = found.Name is null ? StatusCodes.Status404NotFound : StatusCodes.Status401Unauthorized;
        if (found.Name is null || !MayCall(found.Binding!, context.Request)) return;

        var id = Guid.NewGuid().ToString();
        var invoking = host.InvokeAsync(
            found.Name, (string)found.Binding!["name"]!, null, null, context.RequestAborted, id,
            route.Select(each => KeyValuePair.Create(each.Key, (string)each.Value!)));
        await ForwardAsync(context, id);
        await invoking;
    }

    private static void Authenticate(HttpRequest request, IReadOnlyDictionary<string, string> principals)
    {
        request.Headers.Remove(Principal);
        request.Headers.Remove(PrincipalId);
        if (!principals.TryGetValue(request.Headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.Ordinal), out var principal)) return;
        request.Headers[PrincipalId] = "somebody";
        request.Headers[Principal] = Convert.ToBase64String(Encoding.UTF8.GetBytes(principal));
    }

    private static bool Matches(JsonNode binding, HttpRequest request, RouteValueDictionary route) =>
        binding["methods"]!.AsArray().Any(method => string.Equals((string)method!, request.Method, StringComparison.OrdinalIgnoreCase))
        && new TemplateMatcher(TemplateParser.Parse($"api/{binding["route"]}"), new RouteValueDictionary()).TryMatch(request.Path, route);

    private bool MayCall(JsonNode binding, HttpRequest request) =>
        string.Equals((string)binding["authLevel"]!, "Anonymous", StringComparison.OrdinalIgnoreCase)
        || request.Headers["x-functions-key"] == options.FunctionKey || request.Query["code"] == options.FunctionKey;

    private async Task ForwardAsync(HttpContext context, string id)
    {
        var address = new Uri(host.Worker.HttpAddress!, context.Request.GetEncodedPathAndQuery());
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), address);
        if (context.Request.Method != HttpMethods.Get) request.Content = new StreamContent(context.Request.Body);
        foreach (var (name, value) in context.Request.Headers.Where(header => header.Key != "Host"))
        {
            if (!request.Headers.TryAddWithoutValidation(name, value.ToArray())) request.Content?.Headers.TryAddWithoutValidation(name, value.ToArray());
        }

        request.Headers.Add("x-ms-invocation-id", id);
        using var response = await SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers).Where(header => header.Key != "Transfer-Encoding"))
            context.Response.Headers[name] = values.ToArray();
        await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    /// <summary>A worker says where it listens before it does; a host tries again, too.</summary>
    private static async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await Client.SendAsync(request, cancellationToken);
            }
            catch (HttpRequestException fault) when (fault.HttpRequestError == HttpRequestError.ConnectionError)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
            }
        }
    }
}
