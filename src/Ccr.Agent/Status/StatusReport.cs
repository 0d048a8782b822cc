using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ccr.Agent.Commands;
using Ccr.Agent.Relay;

namespace Ccr.Agent.Status;

/// <summary>What <c>/status</c> says.</summary>
internal sealed record StatusDocument(
    string Name,
    string Site,
    string Version,
    DateTimeOffset Started,
    string? Relay,
    string? RelayIdentity,
    DateTimeOffset? ConnectedSince,
    string? LastFault,
    DateTimeOffset? LastFaultAt,
    double? QueueLagSeconds,
    int Submitting,
    int Waiting,
    long Refused,
    string? LeftAlone,
    DateTimeOffset? LeftAloneUntil,
    IReadOnlyDictionary<string, long> Outcomes,
    IReadOnlyList<StatusResult> LastResults);

/// <summary>One of the last results.</summary>
internal sealed record StatusResult(DateTimeOffset Time, string? Machine, string? Domain, Outcome Outcome, string Reason, string Detail, string RequestId);

/// <summary>What <c>/health</c> says.</summary>
internal sealed record HealthDocument(string Status, string? Fault);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StatusDocument))]
[JsonSerializable(typeof(HealthDocument))]
internal sealed partial class StatusJson : JsonSerializerContext;

/// <summary>Answers the two questions that can be asked of the agent. It has a queue, or it listens on the relay.</summary>
internal sealed class StatusReport(
    AgentStatus status, AgentOptions options, Site site, TimeProvider time, SiteSubmitter submitter, ServiceBusConnection? connection, ICommandQueue? queue,
    RelayDesk? relay)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>The version of this program.</summary>
    public static string Version { get; } =
        typeof(StatusReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    private (DateTimeOffset? ConnectedSince, string? LastError, DateTimeOffset? LastErrorAt) Connection => relay?.Health is { } health
        ? (health.ConnectedSince, health.LastError, health.LastErrorAt)
        : (connection!.Health.ConnectedSince, connection.Health.LastError, connection.Health.LastErrorAt);

    /// <summary>200 when commands can be received, 503 when not.</summary>
    public (int Status, byte[] Body) Health()
    {
        var fault = status.Read().Fault ?? (Connection.ConnectedSince is null ? Connection.LastError ?? "not connected" : null);
        var document = new HealthDocument(fault is null ? "healthy" : "unhealthy", fault);
        return (fault is null ? 200 : 503, JsonSerializer.SerializeToUtf8Bytes(document, StatusJson.Default.HealthDocument));
    }

    /// <summary>Everything that can be said without a secret.</summary>
    public async Task<byte[]> StatusAsync(CancellationToken cancellationToken)
    {
        var (counts, health, leftAlone) = (status.Read(), Connection, submitter.FindLeftAlone());
        var document = new StatusDocument(
            options.Name, site.Key, Version, status.Started, relay?.Relay.Endpoint!.ToString(), relay?.Relay.Identity, health.ConnectedSince,
            counts.Fault ?? health.LastError, health.LastErrorAt,
            await FindLagAsync(cancellationToken),
            counts.Submitting, counts.Waiting, counts.Refused, NamesOf(leftAlone), FirstOf(leftAlone), counts.Outcomes,
            [.. counts.Results.Select(
                result => new StatusResult(result.Time, result.Machine, result.Domain, result.Outcome, result.Reason, result.Detail, result.RequestId))]);
        return JsonSerializer.SerializeToUtf8Bytes(document, StatusJson.Default.StatusDocument);
    }

    /// <summary>What the processor is told of it.</summary>
    public async Task<AgentHeartbeat> HeartbeatAsync(CancellationToken cancellationToken)
    {
        var (counts, health, leftAlone) = (status.Read(), Connection, submitter.FindLeftAlone());
        return new AgentHeartbeat
        {
            Site = site.Key,
            Agent = options.Name,
            Time = time.GetUtcNow(),
            Version = Version,
            State = counts.Fault is null ? "taking commands" : "cannot receive",
            InHand = counts.Submitting + counts.Waiting,
            LagSeconds = await FindLagAsync(cancellationToken),
            LastFault = (counts.Fault ?? health.LastError)?.Split(':')[0],
            LastFaultAt = health.LastErrorAt,
            LeftAlone = NamesOf(leftAlone),
            LeftAloneUntil = FirstOf(leftAlone),
        };
    }

    private static string? NamesOf(IReadOnlyList<(string ManagementPoint, DateTimeOffset Until)> leftAlone) =>
        leftAlone.Count == 0 ? null : string.Join(", ", leftAlone.Select(each => each.ManagementPoint));

    private static DateTimeOffset? FirstOf(IReadOnlyList<(string ManagementPoint, DateTimeOffset Until)> leftAlone) =>
        leftAlone.Count == 0 ? null : leftAlone[0].Until;

    /// <summary>How long the oldest command has been on the queue; null when the broker does not say.</summary>
    private async Task<double?> FindLagAsync(CancellationToken cancellationToken)
    {
        if (queue is null || connection?.Health.ConnectedSince is null) return null;

        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var oldest = await queue.FindOldestAsync(either.Token);
            return oldest is null ? 0 : Math.Max(0, (time.GetUtcNow() - oldest.Value).TotalSeconds);
        }
        catch (Exception fault) when (fault is MessagingException or OperationCanceledException)
        {
            return null;
        }
    }
}
