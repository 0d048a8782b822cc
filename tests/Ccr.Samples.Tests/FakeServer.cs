using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ccr.Samples.Tests;

/// <summary>A request that came.</summary>
internal sealed record Call(string Method, string Path, string Query, string? ContentType, string? Key, string Body);

/// <summary>An HTTP server on a port of its own, which keeps what it is asked.</summary>
internal sealed class FakeServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Call> _calls = [];

    private FakeServer(WebApplication app) => _app = app;

    public IReadOnlyList<Call> Calls => [.. _calls];

    public Uri Address => new(_app.Urls.Single());

    public static async Task<FakeServer> StartAsync(Func<Call, (int Status, string Body)> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new FakeServer(builder.Build());
        server._app.Run(async context =>
        {
            var request = context.Request;
            using var reader = new StreamReader(request.Body);
            var call = new Call(
                request.Method, request.Path, Uri.UnescapeDataString(request.QueryString.Value ?? ""), request.ContentType,
                request.Headers["Idempotency-Key"], await reader.ReadToEndAsync(context.RequestAborted));
            server._calls.Enqueue(call);
            var (status, body) = answer(call);
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(body, context.RequestAborted);
        });
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
