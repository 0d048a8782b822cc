using System.Globalization;

namespace Ccr.Core.Events;

/// <summary>What a scheduled copy of a message says about itself in application properties.</summary>
/// <remarks>A copy needs a message id of its own, or the broker's duplicate detection drops it.</remarks>
internal static class Redelivery
{
    /// <summary>The id of the message that was copied, which may be the event's only id.</summary>
    private const string OriginalMessageId = "ccr-message-id";

    /// <summary>When the broker first accepted it, which may be the event's only time.</summary>
    private const string OriginalEnqueuedTime = "ccr-enqueued-time";

    /// <summary>The parts that wait, each with the code that was last published for it: <c>1=CCR2014,3=</c>.</summary>
    private const string Waiting = "ccr-waiting";

    /// <summary>Which dead letter this was, if a person sent it again: it is decided again then, as a request of its own.</summary>
    private const string Redrive = "ccr-redrive";

    /// <summary>Which ledger decided that the message is to be looked at again.</summary>
    private const string Ledger = "ccr-ledger";

    /// <summary>The properties that a copy of a message is to carry.</summary>
    /// <param name="original">The message as it first came.</param>
    /// <param name="waiting">The indices of the parts that wait, each with the code that was last published for it.</param>
    public static Dictionary<string, object> PropertiesOf(IncomingEvent original, IReadOnlyDictionary<int, string> waiting) =>
        new(original.Properties, StringComparer.Ordinal)
        {
            [OriginalMessageId] = original.MessageId,
            [OriginalEnqueuedTime] = original.EnqueuedTime.UtcDateTime,
            [Waiting] = string.Join(',', waiting.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Key + 1}={part.Value}"))),
        };

    /// <summary>The properties of a copy that is just as its message was, itself a copy or not.</summary>
    public static Dictionary<string, object> PropertiesOfKept(IncomingEvent incoming)
    {
        var original = Restore(incoming);
        return new(incoming.Properties, StringComparer.Ordinal)
        {
            [OriginalMessageId] = original.MessageId,
            [OriginalEnqueuedTime] = original.EnqueuedTime.UtcDateTime,
        };
    }

    /// <summary>The properties of a dead letter that is sent again: all its parts are decided again.</summary>
    /// <param name="original">The message as it first came.</param>
    /// <param name="redrive">What tells this attempt from all others.</param>
    public static Dictionary<string, object> PropertiesOfRedriven(IncomingEvent original, string redrive)
    {
        var properties = PropertiesOf(original, new Dictionary<int, string>());
        properties.Remove(Waiting);
        properties[Redrive] = redrive;
        return properties;
    }

    /// <summary>Whether somebody may have worked on it: it was delivered before, or is a copy.</summary>
    public static bool MayBeBegun(IncomingEvent incoming) => incoming.IsRedelivered || incoming.Properties.ContainsKey(OriginalMessageId);

    /// <summary>The same properties, with the identity of the ledger.</summary>
    public static Dictionary<string, object> WithLedger(IReadOnlyDictionary<string, object> properties, string ledger) =>
        new(properties, StringComparer.Ordinal) { [Ledger] = ledger };

    /// <summary>Which ledger decided about the message before, if this is a copy.</summary>
    public static string? LedgerOf(IncomingEvent incoming) => incoming.Properties.GetValueOrDefault(Ledger) as string;

    /// <summary>What tells a dead letter that was sent again from the same event before.</summary>
    public static string? RedriveOf(IncomingEvent incoming) => incoming.Properties.GetValueOrDefault(Redrive) as string;

    /// <summary>The event as it first came, if this is a copy of its message.</summary>
    public static IncomingEvent Restore(IncomingEvent incoming) => incoming with
    {
        MessageId = incoming.Properties.GetValueOrDefault(OriginalMessageId) as string ?? incoming.MessageId,
        EnqueuedTime = incoming.Properties.GetValueOrDefault(OriginalEnqueuedTime) is DateTime time
            ? new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc))
            : incoming.EnqueuedTime,
    };

    /// <summary>
    /// The parts that wait, if this is a copy; null for a message that is looked at for the first time, and for a list that does not fit the event, as
    /// anybody can have written it.
    /// </summary>
    public static IReadOnlyDictionary<int, string>? WaitingOf(IncomingEvent incoming, EventReading reading)
    {
        if (incoming.Properties.GetValueOrDefault(Waiting) is not string { Length: > 0 } text) return null;

        var waiting = new Dictionary<int, string>();
        foreach (var entry in text.Split(','))
        {
            var fields = entry.Split('=');
            if (fields.Length != 2 || !int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var part)) return null;
            if (part < 1 || part > reading.Parts.Count || reading.Parts[part - 1] is not MachinePart) return null;
            waiting[part - 1] = fields[1];
        }

        return waiting;
    }
}
