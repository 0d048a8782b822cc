using System.Diagnostics;

namespace Ccr.Core.Telemetry;

/// <summary>Traces: from the sender's message to the request to the management point to the result.</summary>
/// <remarks>
/// The Azure SDKs carry the W3C trace context in the application property <c>Diagnostic-Id</c>; CloudEvents and others use <c>traceparent</c>.
/// </remarks>
public static class Traces
{
    /// <summary>The name of the activity source, for an exporter to listen to.</summary>
    public const string SourceName = "Ccr";

    private const string DiagnosticId = "Diagnostic-Id";
    private const string TraceParent = "traceparent";

    /// <summary>The properties that <see cref="Continue"/> sets.</summary>
    internal static readonly IReadOnlyList<string> Properties = [DiagnosticId, TraceParent];

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>
    /// Begins the handling of an event, as a part of its sender's trace. A host that continued that trace before comes between the two.
    /// </summary>
    public static Activity? StartEvent(string messageId, IReadOnlyDictionary<string, object> properties)
    {
        var sender = properties.GetValueOrDefault(DiagnosticId) as string ?? properties.GetValueOrDefault(TraceParent) as string;
        var isKnown = ActivityContext.TryParse(sender, null, isRemote: true, out var parent);
        if (!isKnown || parent.TraceId == Activity.Current?.TraceId) parent = Activity.Current?.Context ?? default;
        return Source.StartActivity("ccr.event", ActivityKind.Consumer, parent, [new("ccr.message_id", messageId)]);
    }

    /// <summary>Adds the current trace to the properties of a message that is sent.</summary>
    public static IReadOnlyDictionary<string, object> Continue(IReadOnlyDictionary<string, object> properties)
    {
        if (Activity.Current is not { IdFormat: ActivityIdFormat.W3C, Id: { } id }) return properties;
        return new Dictionary<string, object>(properties, StringComparer.Ordinal) { [DiagnosticId] = id, [TraceParent] = id };
    }

    internal static Activity? StartSubmission(string managementPoint, string machine) => Source.StartActivity(
        "ccr.submit", ActivityKind.Client, Activity.Current?.Context ?? default, [new("server.address", managementPoint), new("ccr.machine", machine)]);

    internal static Activity? StartResult() => Source.StartActivity("ccr.machine");
}
