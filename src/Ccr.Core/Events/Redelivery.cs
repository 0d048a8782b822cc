using System.Globalization;
using System.Text;
using Ccr.Core.Telemetry;

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

    /// <summary>More than a copy adds for itself: the properties above, the original id with its 128 characters, its own id, its time, its trace.</summary>
    private const int RoomForCopy = 2048;

    /// <summary>More than it adds for each part that waits: <c>4294967295=CCR2014,</c> is longer than any.</summary>
    private const int RoomForPart = 20;

    /// <summary>What AMQP writes beside a text, or instead of a value that is none, at the most.</summary>
    private const int RoomForValue = 20;

    private static readonly HashSet<string> Added =
        new([OriginalMessageId, OriginalEnqueuedTime, Waiting, Redrive, Ledger, .. Traces.Properties], StringComparer.Ordinal);

    /// <summary>
    /// The largest body of an event with these properties. A larger one may fit the queue today, and not with what a copy adds when the event must wait;
    /// so it is refused when it arrives.
    /// </summary>
    public static int LargestBody(IReadOnlyDictionary<string, object> properties, string? contentType, EventOptions options) =>
        LargestBody(options) - SizeOf(contentType) - properties.Where(each => !Added.Contains(each.Key)).Sum(each => SizeOf(each.Key) + SizeOf(each.Value));

    /// <summary>The largest body of an event without properties.</summary>
    public static int LargestBody(EventOptions options) => options.MaxMessageBytes - RoomForCopy - (RoomForPart * options.MaxMachines);

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

    private static int SizeOf(object? value) => RoomForValue + value switch
    {
        string text => Encoding.UTF8.GetByteCount(text),
        Uri address => Encoding.UTF8.GetByteCount(address.OriginalString),
        byte[] bytes => bytes.Length,
        _ => 0,
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
