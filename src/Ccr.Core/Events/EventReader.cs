using System.Globalization;
using System.Text.Json;
using Ccr.Core.Events.Envelopes;
using Ccr.Core.Events.Explanations;
using Ccr.Core.Results;

namespace Ccr.Core.Events;

/// <summary>Turns a message's body into a reading. Whatever the body is, there is a reading with at least one part.</summary>
/// <exception cref="ArgumentException">A mapping file has a fault; hosts find them with the other faults of the options.</exception>
public sealed class EventReader(EventOptions options)
{
    private readonly SourceTable _sources = new(options);

    /// <summary>The names of all sources: what a sender may put in the application property <c>source</c>.</summary>
    public IReadOnlyList<string> SourceNames => _sources.Names;

    /// <summary>Reads an event. It never throws for what the event holds.</summary>
    public EventReading Read(IncomingEvent incoming) => Read(incoming, trace: null);

    internal EventReading Read(IncomingEvent incoming, ReadingTrace? trace)
    {
        var identity = new EventIdentity(EventIdentity.UnknownSource, incoming.MessageId, incoming.EnqueuedTime);
        var parts = new List<EventPart>();
        try
        {
            using var document = EventBody.Parse(incoming.Body, options.MaxBodyBytes);
            if (document.RootElement.ValueKind == JsonValueKind.Array && !EnvelopeReader.IsBinaryMode(incoming))
            {
                ReadElements(document.RootElement, incoming, identity, parts, trace);
            }
            else
            {
                trace?.BeginElement("$", 0);
                parts.AddRange(ReadOne(document.RootElement, incoming, identity, trace));
            }

            if (parts.Count > options.MaxMachines) throw EventFaultException.TooMany(parts.Count, options.MaxMachines);
            return new EventReading(Distinguish(parts));
        }
        catch (EventFaultException fault)
        {
            trace?.Restart();
            return new EventReading([RefusalOf(fault, identity)]);
        }
    }

    private void ReadElements(JsonElement array, IncomingEvent incoming, EventIdentity identity, List<EventPart> parts, ReadingTrace? trace)
    {
        var count = array.GetArrayLength();
        if (count > options.MaxMachines) throw EventFaultException.TooMany(count, options.MaxMachines);
        if (count == 0) throw new EventFaultException(EventReasons.UnknownFormat, "the body is an empty array");

        for (var i = 0; i < count; i++)
        {
            trace?.BeginElement(string.Create(CultureInfo.InvariantCulture, $"$[{i}]"), parts.Count);
            var id = string.Create(CultureInfo.InvariantCulture, $"{incoming.MessageId} {i + 1}");
            parts.AddRange(ReadOne(array[i], incoming, identity with { Id = id }, trace));
        }
    }

    /// <summary>One event; a fault in it is not one of the others.</summary>
    private IReadOnlyList<EventPart> ReadOne(JsonElement root, IncomingEvent incoming, EventIdentity identity, ReadingTrace? trace)
    {
        try
        {
            var payload = EnvelopeReader.Open(root, incoming, identity.Id);
            identity = identity with { Id = payload.Envelope.Id, Time = payload.Envelope.Time };
            var source = _sources.Choose(payload, trace);
            identity = identity with { Source = source.Name };
            return source.Read(payload, trace);
        }
        catch (EventFaultException fault)
        {
            return [RefusalOf(fault, identity)];
        }
    }

    /// <summary>
    /// Two events that say the same id for the same machine are still two, and get two results.
    /// </summary>
    private static List<EventPart> Distinguish(List<EventPart> parts)
    {
        if (parts.Count == 1) return parts;

        var seen = new HashSet<(string, string, string?)>();
        for (var i = 0; i < parts.Count; i++)
        {
            var part = parts[i];
            if (part.MachineText is not { } machine || seen.Add((part.Event.Source, part.Event.Id, machine.ToUpperInvariant()))) continue;
            parts[i] = part with { Event = part.Event with { Id = string.Create(CultureInfo.InvariantCulture, $"{part.Event.Id} #{i + 1}") } };
        }

        return parts;
    }

    private static EndedPart RefusalOf(EventFaultException fault, EventIdentity identity) =>
        new(new Verdict(Outcome.Rejected, fault.Reason, fault.Message)) { Event = identity };
}
