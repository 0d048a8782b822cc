using Azure.Monitor.OpenTelemetry.Exporter;
using Ccr.Core.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Resources;

namespace Ccr.Hosting;

/// <summary>Where logs, traces and metrics go, if anywhere.</summary>
public static class TelemetryExport
{
    private const string ApplicationInsights = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    private const string Authentication = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";
    private const string Otlp = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>
    /// Exports to Application Insights when <c>APPLICATIONINSIGHTS_CONNECTION_STRING</c> is set, and by OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>
    /// is; nothing otherwise.
    /// </summary>
    public static IServiceCollection AddCcrTelemetry(this IServiceCollection services, IConfiguration configuration, string serviceName)
    {
        var toInsights = !string.IsNullOrEmpty(configuration[ApplicationInsights]);
        var toOtlp = !string.IsNullOrEmpty(configuration[Otlp]);
        if (!toInsights && !toOtlp) return services;

        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(serviceName))
            .WithTracing(traces =>
            {
                traces.AddSource(Traces.SourceName);
                if (toInsights) traces.AddAzureMonitorTraceExporter(options => Configure(options, configuration));
            })
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(Metrics.MeterName);
                if (toInsights) metrics.AddAzureMonitorMetricExporter(options => Configure(options, configuration));
            })
            .WithLogging(logs =>
            {
                if (toInsights) logs.AddAzureMonitorLogExporter(options => Configure(options, configuration));
            });
        if (toOtlp) telemetry.UseOtlpExporter();
        return services;
    }

    private static void Configure(AzureMonitorExporterOptions options, IConfiguration configuration)
    {
        options.ConnectionString = configuration[ApplicationInsights];
        if (configuration[Authentication] is not { } authentication) return;

        // ClientId=...;Authorization=AAD, as the Functions host reads it too.
        var clientId = authentication.Split(';').Select(part => part.Split('=', 2)).FirstOrDefault(part => part[0] == "ClientId")?[1];
        options.Credential = new ManagedIdentityCredential(
            clientId is null ? ManagedIdentityId.SystemAssigned : ManagedIdentityId.FromUserAssignedClientId(clientId));
    }
}
