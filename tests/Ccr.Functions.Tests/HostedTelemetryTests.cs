using System.Diagnostics;
using Azure.Messaging.ServiceBus;
using Ccr.Core.Messaging;
using Ccr.Functions.Tests.Support;
using Ccr.Hosting.ServiceBus;

namespace Ccr.Functions.Tests;

/// <summary>What the app exports when it runs on its worker.</summary>
public class HostedTelemetryTests
{
    private const string SenderSpan = "00f067aa0ba902b7";

    [Fact(Timeout = Some.Patience)]
    public async Task Event_WithATrace_IsOneTraceFromTheSenderToTheResultAndOneLogRecord()
    {
        await using var telemetry = await OtlpReceiver.StartAsync();
        await using var app = await HostedApp.StartAsync(telemetry.Receive);

        // The first event also connects.
        await SendAsync(app, "PC01", ActivityTraceId.CreateRandom());
        await app.ResultsAsync(1);
        var trace = ActivityTraceId.CreateRandom();
        await SendAsync(app, "PC02", trace);

        var found = await HostedApp.UntilAsync(
            () => Task.FromResult(telemetry.Spans.Where(span => span.TraceId == trace.ToHexString()).ToList()), spans => spans.Count == 4);
        var spans = found.ToDictionary(span => span.Name, StringComparer.Ordinal);
        var (function, theEvent, submission, result) = (spans["function ReinstallRequested"], spans["ccr.event"], spans["ccr.submit"], spans["ccr.machine"]);
        Assert.NotEqual(SenderSpan, function.ParentId);
        Assert.Equal((function.Id, theEvent.Id, theEvent.Id), (theEvent.ParentId, submission.ParentId, result.ParentId));
        var message = (await app.PeekAsync(EntityPath.Subscription(Entities.Results, Entities.WatchSubscription)))[^1];
        Assert.Equal($"00-{trace}-{result.Id}-01", message.ApplicationProperties["Diagnostic-Id"]);

        await app.Host.StopAsync();
        var categories = telemetry.Logs.Where(record => record.TraceId == trace.ToHexString()).Select(record => record.Category);
        Assert.Equal(["Ccr.Core.Processing.RequestWorker"], categories);
        Assert.DoesNotContain(telemetry.Logs, record => record.Category.Split('.') is ["System", "Net", ..] or ["Microsoft", "AspNetCore", ..]);
    }

    private static Task SendAsync(HostedApp app, string machine, ActivityTraceId trace) => app.SendAsync(
        Entities.Requests, new ServiceBusMessage(Some.Event(machine, machine))
        {
            MessageId = machine,
            ApplicationProperties = { ["Diagnostic-Id"] = $"00-{trace}-{SenderSpan}-01" },
        });
}
