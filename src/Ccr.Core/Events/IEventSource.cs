using Ccr.Core.Events.Explanations;

namespace Ccr.Core.Events;

/// <summary>One format of events, of one kind of sender.</summary>
/// <remarks>
/// A source only reads: it reports what the event says. Whether a name is valid and whether anything may be done is decided later and alike for all
/// sources. A fault in the event is an <see cref="EventFaultException"/>.
/// </remarks>
internal interface IEventSource
{
    /// <summary>The name that results carry and that senders may give, for example <c>azure-monitor</c>.</summary>
    string Name { get; }

    /// <summary>What the format looks like, for somebody whose event was not recognised.</summary>
    string Recognition { get; }

    /// <summary>What an event lacks to be of this format, or null when it is of this format.</summary>
    string? FindMismatch(Payload payload);

    /// <summary>Reads an event of this format.</summary>
    /// <param name="payload">The event.</param>
    /// <param name="trace">Is told what was found where, if somebody wants to know.</param>
    /// <returns>At least one part.</returns>
    IReadOnlyList<EventPart> Read(Payload payload, ReadingTrace? trace);
}
