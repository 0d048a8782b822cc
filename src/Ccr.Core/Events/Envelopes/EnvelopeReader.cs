using System.Text.Json;
using Ccr.Core.Events.Json;

namespace Ccr.Core.Events.Envelopes;

/// <summary>Takes payloads out of CloudEvents and Event Grid envelopes, also one in another.</summary>
internal static class EnvelopeReader
{
    /// <summary>Event Grid around CloudEvents is two; nobody needs more, and a hostile event may hold hundreds.</summary>
    private const int MaxEnvelopes = 3;

    /// <summary>Whether the message as a whole is one CloudEvents event, its attributes being application properties.</summary>
    public static bool IsBinaryMode(IncomingEvent message) => BinaryCloudEvent.FindPrefix(message) is not null;

    /// <summary>Opens what a message, or one element of its array, holds.</summary>
    /// <param name="root">That.</param>
    /// <param name="message">The message.</param>
    /// <param name="id">Identifies a payload that has no envelope with an id.</param>
    public static Payload Open(EventValue root, IncomingEvent message, string id)
    {
        var payload = BinaryCloudEvent.FindPrefix(message) is { } prefix
            ? BinaryCloudEvent.Open(root, message, prefix)
            : new Payload(root, new Envelope(null, id, message.EnqueuedTime), message);
        for (var opened = 0; Next(payload) is { } inner; opened++)
        {
            if (opened == MaxEnvelopes)
                throw new EventFaultException(EventReasons.WrongSchema, $"there are more than {MaxEnvelopes} envelopes, one in another; send the event in one of them");
            payload = inner with { Outermost = root };
        }

        return payload;
    }

    private static Payload? Next(Payload payload)
    {
        if (payload.Root.Kind != JsonValueKind.Object) return null;
        if (StructuredCloudEvent.Is(payload.Root)) return StructuredCloudEvent.Open(payload);
        return EventGridEvent.Is(payload.Root) ? EventGridEvent.Open(payload) : null;
    }
}
