using Ccr.Core.Results;

namespace Ccr.Core.Telemetry;

/// <summary>Counts and traces what another publisher publishes, and hands the trace on.</summary>
public sealed class MeasuredPublisher(IResultPublisher inner) : IResultPublisher
{
    /// <inheritdoc/>
    public async Task PublishAsync(ResultMessage message, CancellationToken cancellationToken)
    {
        using var activity = Traces.StartResult();
        foreach (var (name, value) in message.Properties) activity?.SetTag($"ccr.{name}", value);
        await inner.PublishAsync(message with { Properties = Traces.Continue(message.Properties) }, cancellationToken);
        Metrics.CountResult(message);
    }
}
