using Ccr.Core.Events.Json;

namespace Ccr.Core.Events;

/// <summary>What a source is given to read, taken out of whatever it was wrapped in.</summary>
/// <param name="Root">The payload; undefined when the envelope carries none.</param>
/// <param name="Envelope">What was around it.</param>
/// <param name="Message">The message that brought it.</param>
internal sealed record Payload(EventValue Root, Envelope Envelope, IncomingEvent Message)
{
    /// <summary>The event with every envelope around it.</summary>
    public EventValue Outermost { get; init; } = Root;
}

/// <summary>What an envelope says of its payload. A payload without one has what the message says.</summary>
/// <param name="Kind">Its name for an explanation, for example <c>Event Grid</c>; null for no envelope.</param>
/// <param name="Id">Identifies the payload: the same when it is sent again.</param>
/// <param name="Time">When it happened, or when the broker accepted the message.</param>
/// <param name="Type">CloudEvents <c>type</c>, Event Grid <c>eventType</c>.</param>
/// <param name="Source">CloudEvents <c>source</c>, Event Grid <c>topic</c>.</param>
/// <param name="Subject">CloudEvents and Event Grid <c>subject</c>.</param>
internal sealed record Envelope(string? Kind, string Id, DateTimeOffset Time, string? Type = null, string? Source = null, string? Subject = null);
