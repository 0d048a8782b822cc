using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Ccr.Core.Messaging;
using Ccr.Core.Telemetry;
using Ccr.Functions.Tests.Support;
using Ccr.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Ccr.Functions.Tests;

public class TelemetryTests
{
    [Fact(Timeout = Some.Patience)]
    public async Task Metrics_OfASubmission_TellManagementPointAndVerdict()
    {
        var durations = new ConcurrentQueue<Dictionary<string, object?>>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == Metrics.MeterName && instrument.Name == "ccr.mp.duration") self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) => durations.Enqueue(tags.ToArray().ToDictionary(StringComparer.Ordinal)));
        listener.Start();
        await using var installation = await Installation.StartAsync();
        await installation.SendAsync(Entities.Requests, Some.Event("PC01"));

        await installation.TakeEventAsync();

        // Other tests submit at the same time, each to a management point of its own.
        var own = Assert.Single(durations, tags => (string)tags["management_point"]! == installation.ManagementPoint.BaseAddress.Authority);
        Assert.Equal("Accepted", own["verdict"]);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4317", true)]
    [InlineData("APPLICATIONINSIGHTS_CONNECTION_STRING", "InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint=http://127.0.0.1:1/", true)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "", false)]
    public void AddCcrTelemetry_ByConfiguration_ExportsOrDoesNot(string setting, string value, bool exports)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create<string, string?>(setting, value)]).Build();
        using var services = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(configuration).AddCcrTelemetry(configuration, "test")
            .BuildServiceProvider();

        Assert.Equal(exports, services.GetService<TracerProvider>() is not null);
        Assert.Equal(exports, services.GetService<MeterProvider>() is not null);
    }
}
