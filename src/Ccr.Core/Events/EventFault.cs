using Ccr.Core.Results;

namespace Ccr.Core.Events;

/// <summary>Ends the reading of an event from any depth. It never leaves <see cref="EventReader"/>, which turns it into a rejection.</summary>
internal sealed class EventFaultException(ReasonCode reason, string detail) : Exception(detail)
{
    public ReasonCode Reason { get; } = reason;

    public static EventFaultException TooMany(int count, int max) =>
        new(EventReasons.TooManyMachines, $"it names {count} machines, more than {max}");
}
