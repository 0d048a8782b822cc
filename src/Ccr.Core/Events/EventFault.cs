using Ccr.Core.Results;

namespace Ccr.Core.Events;

/// <summary>
/// Ends the reading of an event from any depth. It never leaves <see cref="EventReader"/>, which turns it into a rejection.
/// </summary>
internal sealed class EventFaultException(ReasonCode reason, string detail) : Exception(detail)
{
    public ReasonCode Reason { get; } = reason;
}
