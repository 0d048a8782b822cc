using System.Globalization;
using System.Text.Json;
using Ccr.Core.Events.Envelopes;
using Ccr.Core.Events.Explanations;
using Ccr.Core.Events.Json;
using Ccr.Core.Machines;
using Ccr.Core.Results;

namespace Ccr.Core.Events;

/// <summary>Turns a message's body into a reading. Whatever the body is, there is a reading with at least one part.</summary>
/// <param name="options">What is read.</param>
/// <param name="defaultDomain">The domain of a machine to be reinstalled when the event says none.</param>
/// <exception cref="ArgumentException">A mapping file has a fault; hosts find them with the other faults of the options.</exception>
public sealed class EventReader(EventOptions options, DomainName? defaultDomain = null)
{
    private readonly SourceTable _sources = new(options, defaultDomain?.Value);

    /// <summary>The names of all sources: what the webhook's address may end in.</summary>
    public IReadOnlyList<string> SourceNames => _sources.Names;

    /// <summary>Reads an event. It never throws for what the event holds.</summary>
    public EventReading Read(IncomingEvent incoming) => Read(incoming, trace: null);

    internal EventReading Read(IncomingEvent incoming, ReadingTrace? trace) =>
        new(ReadParts(incoming, trace)) { Redrive = Redelivery.RedriveOf(incoming) };

    private IReadOnlyList<EventPart> ReadParts(IncomingEvent incoming, ReadingTrace? trace)
    {
        try
        {
            var largest = Redelivery.LargestBody(incoming.Properties, incoming.ContentType, options);
            using var json = EventBody.Parse(incoming.Body, largest);
            using var inner = Wrapper.Open(json.Root, largest);
            var root = inner?.Root ?? json.Root;
            var parts = root.Kind == JsonValueKind.Array && !EnvelopeReader.IsBinaryMode(incoming)
                ? ReadElements(root, incoming, trace)
                : ReadElement(root, incoming, incoming.MessageId, "$", 0, trace);
            if (parts.Count > options.MaxMachines) throw EventFaultException.TooMany(parts.Count, options.MaxMachines);
            return parts.Count == 1 ? parts : Distinguish(parts);
        }
        catch (EventFaultException fault)
        {
            trace?.Restart();
            return [RefusalOf(fault, EventIdentity.UnknownSource, incoming.MessageId, incoming.EnqueuedTime)];
        }
    }

    private List<EventPart> ReadElements(EventValue array, IncomingEvent incoming, ReadingTrace? trace)
    {
        var count = array.Count;
        if (count > options.MaxMachines) throw EventFaultException.TooMany(count, options.MaxMachines);
        if (count == 0) throw new EventFaultException(EventReasons.UnknownFormat, "the body is an empty array");

        var parts = new List<EventPart>();
        var number = 0;
        foreach (var element in array.Children)
        {
            var location = string.Create(CultureInfo.InvariantCulture, $"$[{number++}]");
            var id = string.Create(CultureInfo.InvariantCulture, $"{incoming.MessageId} {number}");
            parts.AddRange(ReadElement(element, incoming, id, location, parts.Count, trace));
        }

        return parts;
    }

    /// <summary>One event of the message; a fault in it is not one of the others.</summary>
    private IReadOnlyList<EventPart> ReadElement(
        EventValue root, IncomingEvent incoming, string id, string location, int firstPart, ReadingTrace? trace)
    {
        trace?.BeginElement(location, firstPart);
        var source = EventIdentity.UnknownSource;
        var time = incoming.EnqueuedTime;
        try
        {
            var payload = EnvelopeReader.Open(root, incoming, id);
            (id, time) = (payload.Envelope.Id, payload.Envelope.Time);
            var chosen = _sources.Choose(payload, trace);
            source = chosen.Name;
            return chosen.Read(payload, trace);
        }
        catch (EventFaultException fault)
        {
            return [RefusalOf(fault, source, id, time)];
        }
    }

    /// <summary>Two events that say the same id for the same machine are still two, and get two results.</summary>
    private static List<EventPart> Distinguish(IReadOnlyList<EventPart> parts)
    {
        var distinct = new List<EventPart>(parts.Count);
        var seen = new HashSet<(string, string, string)>();
        foreach (var part in parts)
        {
            var id = part.Event.Id;
            while (part.Machine is { } machine && !seen.Add((part.Event.Source, id, machine)))
                id = string.Create(CultureInfo.InvariantCulture, $"{id} #{distinct.Count + 1}");
            distinct.Add(id == part.Event.Id ? part : part with { Event = part.Event with { Id = id } });
        }

        return distinct;
    }

    private static EndedPart RefusalOf(EventFaultException fault, string source, string id, DateTimeOffset time) =>
        new(new Verdict(Outcome.Rejected, fault.Reason, fault.Message)) { Event = new EventIdentity(source, id, time) };
}
