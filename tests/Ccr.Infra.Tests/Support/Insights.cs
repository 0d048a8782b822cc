using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Text.Json;
using Ccr.Cli;
using Ccr.Hosting;
using Ccr.Infra.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

[assembly: AssemblyFixture(typeof(Insights))]

namespace Ccr.Infra.Tests.Support;

/// <summary>
/// What Application Insights gets of a run that handles events of every kind and looks after every push: the app's own exporter sends it to an
/// endpoint on this machine.
/// </summary>
public sealed class Insights : IAsyncDisposable
{
    private readonly ConcurrentQueue<Row> _rows = new();
    private readonly WebApplication _server;
    private readonly Lazy<Task<IReadOnlyList<Row>>> _run;

    public Insights()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _server = builder.Build();
        _server.Run(TakeAsync);
        _run = new(RunAsync);
    }

    internal Task<IReadOnlyList<Row>> RowsAsync() => _run.Value;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task<IReadOnlyList<Row>> RunAsync()
    {
        var stop = TestContext.Current.CancellationToken;
        await _server.StartAsync(stop);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create<string, string?>(
            "APPLICATIONINSIGHTS_CONNECTION_STRING", $"InstrumentationKey={Guid.Empty};IngestionEndpoint={_server.Urls.Single()}/")]).Build();
        await using var telemetry = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(configuration)
            .AddCcrTelemetry(configuration, "test").BuildServiceProvider();
        var (traces, metrics) = (telemetry.GetRequiredService<TracerProvider>(), telemetry.GetRequiredService<MeterProvider>());

        // One more event, that must wait.
        var events = Directory.CreateTempSubdirectory("ccr-events-");
        foreach (var file in Directory.EnumerateFiles(Repository.PathOf("tests", "events"))) File.Copy(file, Path.Combine(events.FullName, Path.GetFileName(file)));
        await File.WriteAllTextAsync(Path.Combine(events.FullName, "waits.json"), $$"""
            { "specversion": "1.0", "type": "ccr.reinstall.requested", "source": "/cmdb", "id": "waits",
              "data": { "machine": "PC-WAITS", "notBefore": "{{TimeProvider.System.GetUtcNow().AddSeconds(15):O}}" } }
            """, stop);

        using var output = new StringWriter();
        using var line = new CommandLine(output, output, Stream.Null, TimeProvider.System);
        var exitCode = await line.RunAsync(["local", "--site", "configmgr", "--verify", "--events", events.FullName, "--until-idle"], stop);

        events.Delete(recursive: true);
        Assert.True(exitCode == 0, output.ToString());
        Assert.True(traces.ForceFlush() && metrics.ForceFlush());
        return [.. _rows];
    }

    /// <summary>The rows that Azure makes of envelopes: a metric is one of customMetrics, an activity one of requests or dependencies.</summary>
    private async Task TakeAsync(HttpContext context)
    {
        await using var body = context.Request.Headers.ContentEncoding == "gzip"
            ? new GZipStream(context.Request.Body, CompressionMode.Decompress)
            : context.Request.Body;
        using var reader = new StreamReader(body);
        var count = 0;
        while (await reader.ReadLineAsync(context.RequestAborted) is { } text)
        {
            if (text.Length == 0) continue;
            count++;
            using var envelope = JsonDocument.Parse(text);
            var data = envelope.RootElement.GetProperty("data");
            var table = data.GetProperty("baseType").GetString() switch
            {
                "MetricData" => "customMetrics",
                "RemoteDependencyData" => "dependencies",
                "RequestData" => "requests",
                "MessageData" => "traces",
                var other => other!,
            };
            var values = data.GetProperty("baseData");
            var name = table == "customMetrics" ? values.GetProperty("metrics")[0].GetProperty("name") : values.TryGetProperty("name", out var of) ? of : default;
            _rows.Enqueue(new Row(table, name.ValueKind == JsonValueKind.String ? name.GetString()! : "", values.TryGetProperty("properties", out var dimensions)
                ? dimensions.EnumerateObject().ToDictionary(each => each.Name, each => each.Value.ToString(), StringComparer.Ordinal)
                : []));
        }

        await context.Response.WriteAsync($"{{\"itemsReceived\":{count},\"itemsAccepted\":{count},\"errors\":[]}}", context.RequestAborted);
    }
}

/// <summary>One row, with its custom dimensions.</summary>
internal sealed record Row(string Table, string Name, IReadOnlyDictionary<string, string> Dimensions);
