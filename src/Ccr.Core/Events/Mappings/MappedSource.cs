using System.Globalization;
using Ccr.Core.Events.Explanations;
using Ccr.Core.Events.Json;
using Ccr.Core.Results;
using Ccr.Core.Text;

namespace Ccr.Core.Events.Mappings;

/// <summary>A source whose format a mapping describes.</summary>
internal sealed class MappedSource(Mapping mapping, int maxMachines) : IEventSource
{
    private readonly ItemReader _items = new(mapping);

    public string Name => mapping.Source;

    public string Recognition { get; } = string.Join(" and ", mapping.Conditions.Select(c => c.Text));

    public string? FindMismatch(Payload payload)
    {
        var scope = new Scope(payload, payload.Root);
        foreach (var condition in mapping.Conditions)
        {
            if (!condition.Holds(scope)) return condition.Text;
        }

        return null;
    }

    public IReadOnlyList<EventPart> Read(Payload payload, ReadingTrace? trace)
    {
        var parts = new List<EventPart>();
        var leftOut = FindLeftOut(payload);
        if (mapping.Each is null) _items.Read(new Scope(payload, payload.Root), payload.Envelope.Id, OptionMentions.In(payload), parts, trace);
        else ReadItems(mapping.Each, payload, parts, trace);
        if (leftOut is null) return parts;

        trace?.BeginItem(mapping.LeftOut!.Text, parts.Count);
        parts.Add(leftOut);
        return parts;
    }

    private void ReadItems(JsonPath each, Payload payload, List<EventPart> parts, ReadingTrace? trace)
    {
        var items = new List<EventValue>();
        each.FindAll(payload.Root, items);
        if (items.Count > maxMachines) throw EventFaultException.TooMany(items.Count, maxMachines);
        if (items.Count == 0) throw new EventFaultException(EventReasons.NoMachine, $"nothing is at {each}");

        var elsewhere = OptionMentions.Outside(items, payload);
        for (var i = 0; i < items.Count; i++)
        {
            trace?.BeginItem(string.Create(CultureInfo.InvariantCulture, $"{each}, number {i + 1}"), parts.Count);
            _items.Read(new Scope(payload, items[i]), string.Create(CultureInfo.InvariantCulture, $"{payload.Envelope.Id} {i + 1}"), elsewhere.Or(items[i]), parts, trace);
        }
    }

    /// <summary>Machines that nobody can name still get an answer: somebody has to look which they are.</summary>
    private EndedPart? FindLeftOut(Payload payload)
    {
        if (mapping.LeftOut is not { } at) return null;
        var value = at.FindValue(new Scope(payload, payload.Root));
        if (!value.IsPresent || value.RawText == "0" || value.RawText.StartsWith('-')) return null;

        var verdict = new Verdict(Outcome.Rejected, EventReasons.MachinesLeftOut, $"{at} is {SafeText.Escape(value.RawText)}");
        return new EndedPart(verdict) { Event = new EventIdentity(Name, payload.Envelope.Id, payload.Envelope.Time) };
    }
}
