using System.Text.Json;
using Ccr.Core.Events.HostNames;
using Ccr.Core.Events.Json;
using Ccr.Core.Events.Mappings;
using Ccr.Core.Results;
using Ccr.Core.Text;

namespace Ccr.Core.Events.Explanations;

/// <summary>Notes, for an explanation, what the reading of an event found where, and what each rule said.</summary>
internal sealed class ReadingTrace
{
    private readonly List<TracedItem> _items = [];
    private int _firstOfElement;

    public IReadOnlyList<TracedItem> Items => _items;

    private TracedItem Current => _items[^1];

    /// <summary>Begins one of the events in the message.</summary>
    /// <param name="location">Where it is.</param>
    /// <param name="firstPart">The index that its first part will have.</param>
    public void BeginElement(string location, int firstPart)
    {
        _firstOfElement = firstPart;
        _items.Add(new TracedItem(location, firstPart));
    }

    /// <summary>Begins one of the items in an event.</summary>
    /// <param name="location">Where it is.</param>
    /// <param name="firstPart">The index of its first part among those of its event.</param>
    public void BeginItem(string location, int firstPart) => _items.Add(new TracedItem(location, _firstOfElement + firstPart));

    /// <summary>Forgets all: the event is refused as a whole.</summary>
    public void Restart()
    {
        _items.Clear();
        BeginElement("$", 0);
    }

    /// <summary>Notes which of the sources that are asked claim an event.</summary>
    public void Sources(Payload payload, IEnumerable<IEventSource> sources)
    {
        Current.Envelope = payload.Envelope.Kind;
        Current.Sources.AddRange(sources.Select(source => new ExplainedSource(source.Name, source.FindMismatch(payload))));
    }

    public void Field(string name, string from, string? value) =>
        Current.Fields.Add(new ExplainedField(name, from, value is null ? null : SafeText.Escape(value)));

    /// <summary>Notes what is at a place, step by step; a place without steps only when nothing is there or <paramref name="always"/>.</summary>
    public void Place(string name, Selector at, Scope scope, bool always)
    {
        var found = at.Explain(scope).ToList();
        if (found.Count == 1 && !always) return;
        foreach (var (from, value) in found) Field(name, from, value);
    }

    public void Host(string from, string text, HostReading reading)
    {
        Field("machine", from, text);
        var made = reading.Domain is null ? reading.Machine : $"{reading.Machine} in {reading.Domain}";
        Current.Rules.Add(reading.Verdict switch
        {
            HostVerdict.Taken => new ExplainedRule("host name", null, $"{SafeText.Quote(text)} is the machine {SafeText.Escape(made)}"),
            HostVerdict.PassedOver => new ExplainedRule("host name", null, $"{SafeText.Quote(text)} is passed over: {reading.Note}"),
            _ => new ExplainedRule("host name", reading.Refusal, reading.Refusal!.Detail),
        });
    }

    public void Rule(string name, Verdict? verdict, string passed) =>
        Current.Rules.Add(new ExplainedRule(name, verdict, verdict?.Detail ?? passed));

    /// <summary>Notes every member of our own format.</summary>
    public void Members(EventValue data)
    {
        foreach (var member in data.Children) Field(member.Name, $"data.{member.Name}", member.Kind == JsonValueKind.String ? member.Text(member.Name) : member.RawText);
    }
}

/// <summary>What was noted of one item.</summary>
internal sealed class TracedItem(string location, int firstPart)
{
    public string Location => location;

    public int FirstPart => firstPart;

    public string? Envelope { get; set; }

    public List<ExplainedSource> Sources { get; } = [];

    public List<ExplainedField> Fields { get; } = [];

    public List<ExplainedRule> Rules { get; } = [];
}
