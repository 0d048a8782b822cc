using System.Text.Json;

namespace Ccr.Core.Events;

/// <summary>One format of events, of one kind of sender.</summary>
/// <remarks>
/// A source only reads: it reports what the event says, in the event's own words. Whether a name is valid and whether
/// anything may be done is decided later and alike for all sources. A fault in the event is an
/// <see cref="EventFaultException"/>.
/// </remarks>
internal interface IEventSource
{
    /// <summary>The name that results carry, for example <c>azure-monitor</c>.</summary>
    string Name { get; }

    /// <summary>What the format looks like, for somebody whose event was not recognised.</summary>
    string Recognition { get; }

    /// <summary>Whether an event is of this format. No two sources may recognise the same event.</summary>
    bool Recognises(JsonElement root);

    /// <summary>Reads an event of this format.</summary>
    EventReading Read(JsonElement root, IncomingEvent incoming);
}
