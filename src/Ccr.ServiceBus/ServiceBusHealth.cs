namespace Ccr.ServiceBus;

/// <summary>How a <see cref="ServiceBusConnection"/> is doing at one moment.</summary>
/// <param name="ConnectedSince">Since when it is connected; null if it is not.</param>
/// <param name="LastError">The last fault, in one line, however long ago; null if there was none.</param>
/// <param name="LastErrorAt">When that was.</param>
/// <param name="InFlight">Received messages that are not settled yet.</param>
public sealed record ServiceBusHealth(
    DateTimeOffset? ConnectedSince, string? LastError, DateTimeOffset? LastErrorAt, int InFlight);
