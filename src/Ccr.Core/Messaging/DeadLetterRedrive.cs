using System.Globalization;
using Ccr.Core.Events;

namespace Ccr.Core.Messaging;

/// <summary>How a dead letter goes back to its entity when a person says so.</summary>
public static class DeadLetterRedrive
{
    /// <summary>What tells a message that was sent again, and its scheduled copies, from all others; null for one that was not.</summary>
    public static string? IdOf(IncomingEvent incoming) => Redelivery.RedriveOf(incoming);

    /// <summary>
    /// The message to send. The event keeps its id and time for whoever reads the results, and is decided again: its earlier result is not repeated,
    /// but cool-downs and all rules hold as for any event. Sent twice, it is one message.
    /// </summary>
    /// <param name="dead">The dead letter.</param>
    /// <param name="sequenceNumber">Its sequence number, which no other dead letter has.</param>
    public static OutgoingEvent CopyOf(IncomingEvent dead, long sequenceNumber)
    {
        var copy = PlainCopyOf(dead, sequenceNumber);
        return copy with { Properties = Redelivery.PropertiesOfRedriven(Redelivery.Restore(dead), copy.MessageId) };
    }

    /// <summary>The id that a dead letter is sent again under.</summary>
    public static string NewIdOf(DateTimeOffset enqueuedTime, long sequenceNumber) =>
        string.Create(CultureInfo.InvariantCulture, $"redrive-{sequenceNumber}-{enqueuedTime.ToUnixTimeMilliseconds()}");

    /// <summary>The message to send for a dead letter of another entity, which is what it was.</summary>
    /// <inheritdoc cref="CopyOf"/>
    public static OutgoingEvent PlainCopyOf(IncomingEvent dead, long sequenceNumber) => new()
    {
        Body = dead.Body,
        MessageId = NewIdOf(dead.EnqueuedTime, sequenceNumber),
        ContentType = dead.ContentType,
        Properties = dead.Properties,
    };
}
