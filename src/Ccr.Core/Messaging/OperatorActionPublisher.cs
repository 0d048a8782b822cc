using System.Text.Json;
using System.Text.Json.Serialization;
using Ccr.Core.Agents;
using Ccr.Core.Ledger;
using Ccr.Core.Results;

namespace Ccr.Core.Messaging;

/// <summary>Publishes on the results topic what people did by hand, for those who keep or watch such records elsewhere.</summary>
/// <remarks>
/// The command line and the page write only the ledger, so an action is published as surely as it is recorded, and once it is over. Up to where was
/// published is kept in the ledger. An action of a computer whose clock is behind can be passed over; the ledger has it.
/// </remarks>
public sealed class OperatorActionPublisher(IOperatorLedger ledger, IResultPublisher publisher, TimeProvider time)
{
    /// <summary>The CloudEvents type of such a message.</summary>
    public const string CloudEventType = "ccr.operator.action";

    /// <summary>The value of <see cref="LookReport.KindProperty"/>.</summary>
    public const string Kind = "action";

    /// <summary>One that has been in progress for so long was interrupted, and is published so.</summary>
    internal static readonly TimeSpan Interrupted = TimeSpan.FromHours(1);

    private const string CursorKey = "actions published";
    private const int PageSize = 100;

    /// <summary>Publishes what is new. What was done before this was called for the first time stays in the ledger.</summary>
    /// <exception cref="LedgerException">The ledger cannot be used.</exception>
    public async Task PublishAsync(CancellationToken cancellationToken)
    {
        var cursor = await ledger.ReadSwitchAsync(CursorKey, cancellationToken);
        if (cursor.Record?.By is not { } last)
        {
            var latest = (await ledger.ListActionsAsync(null, 1, cancellationToken)).Rows;
            await KeepAsync(cursor, latest.Count > 0 ? latest[0].Id : "", cancellationToken);
            return;
        }

        var actions = await Paging.AllAsync(after => ledger.ListActionsAsync(after, PageSize, cancellationToken))
            .TakeWhile(action => string.CompareOrdinal(action.Id, last) > 0).ToListAsync(cancellationToken);
        foreach (var action in actions.AsEnumerable().Reverse().TakeWhile(IsOver))
        {
            await publisher.PublishAsync(MessageOf(action), cancellationToken);
            last = action.Id;
        }

        if (last != cursor.Record.By) await KeepAsync(cursor, last, cancellationToken);
    }

    /// <summary>Another instance may have published the same meanwhile: the topic drops a message whose id it has seen, and consumers can.</summary>
    private async Task KeepAsync(SwitchState cursor, string last, CancellationToken cancellationToken) =>
        await ledger.TryWriteSwitchAsync(cursor, new SwitchRecord(CursorKey, true, time.GetUtcNow(), By: last), cancellationToken);

    private bool IsOver(OperatorAction action) => action.Outcome != ActionOutcome.InProgress || time.GetUtcNow() - action.At > Interrupted;

    private static ResultMessage MessageOf(OperatorAction action)
    {
        var id = $"action-{action.Id}";
        var cloudEvent = CloudEvent.Of(CloudEventType, id, action.Target, action.At, action);
        var properties = new Dictionary<string, object>(StringComparer.Ordinal) { [LookReport.KindProperty] = Kind, ["action"] = action.Kind };
        return new ResultMessage(
            id, id, action.Target, JsonSerializer.SerializeToUtf8Bytes(cloudEvent, ActionJson.Default.CloudEventOperatorAction), properties);
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CloudEvent<OperatorAction>))]
internal sealed partial class ActionJson : JsonSerializerContext;
