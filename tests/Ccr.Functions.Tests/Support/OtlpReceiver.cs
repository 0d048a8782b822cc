using System.Collections.Concurrent;
using System.Net;
using Ccr.Functions.Tests.Support.Otlp;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Ccr.Functions.Tests.Support;

/// <summary>Takes what an app exports by OTLP over HTTP.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<ExportedSpan> _spans = new();
    private readonly ConcurrentQueue<ExportedLog> _logs = new();
    private readonly WebApplication _server;

    private OtlpReceiver()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _server = builder.Build();
        _server.Run(TakeAsync);
    }

    public IReadOnlyCollection<ExportedSpan> Spans => _spans;

    public IReadOnlyCollection<ExportedLog> Logs => _logs;

    public static async Task<OtlpReceiver> StartAsync()
    {
        var receiver = new OtlpReceiver();
        await receiver._server.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>Has an app export to this receiver, at once.</summary>
    public void Receive(Dictionary<string, string> settings)
    {
        settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = _server.Urls.Single();
        settings["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        settings["OTEL_BSP_SCHEDULE_DELAY"] = settings["OTEL_BLRP_SCHEDULE_DELAY"] = "100";
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        if (context.Request.Path == "/v1/traces")
        {
            foreach (var scope in TracesData.Parser.ParseFrom(body.ToArray()).ResourceSpans.SelectMany(resource => resource.ScopeSpans))
            {
                foreach (var span in scope.Spans)
                    _spans.Enqueue(new ExportedSpan(scope.Scope.Name, span.Name, Hex(span.TraceId), Hex(span.SpanId), Hex(span.ParentSpanId)));
            }
        }
        else if (context.Request.Path == "/v1/logs")
        {
            foreach (var scope in LogsData.Parser.ParseFrom(body.ToArray()).ResourceLogs.SelectMany(resource => resource.ScopeLogs))
            {
                foreach (var record in scope.LogRecords) _logs.Enqueue(new ExportedLog(scope.Scope.Name, record.Body.StringValue, Hex(record.TraceId)));
            }
        }
    }

    private static string Hex(ByteString bytes) => Convert.ToHexStringLower(bytes.Span);
}

internal sealed record ExportedSpan(string Source, string Name, string TraceId, string Id, string ParentId);

internal sealed record ExportedLog(string Category, string Text, string TraceId);
