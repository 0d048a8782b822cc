using System.Text;

namespace Ccr.Campaign.Truth;

/// <summary>An event that the campaign sent, or tried to send.</summary>
/// <param name="EventId">Its id, different for each.</param>
/// <param name="Machine">The machine it names, with its domain; null when it names none that is valid.</param>
/// <param name="Body">What was sent.</param>
internal sealed record Attempt(string EventId, string? Machine, ReadOnlyMemory<byte> Body)
{
    public const string Source = "/campaign";

    /// <summary>The domain of all machines: events say none.</summary>
    public const string Domain = "CORP";

    /// <summary>Whether the broker said that it has it.</summary>
    public bool IsAcknowledged { get; set; }

    /// <summary>When the broker said so, by a steady clock.</summary>
    public long AcknowledgedAt { get; set; }

    /// <summary>The product's own event for one machine.</summary>
    /// <param name="eventId">The event's id.</param>
    /// <param name="machine">The machine.</param>
    /// <param name="more">Further members of <c>data</c>, such as <c>, "site": "hq"</c>.</param>
    public static Attempt Of(string eventId, string machine, string more = "") => new(eventId, MachineOf(Domain, machine), Encoding.UTF8.GetBytes(
        $$"""
        {"specversion": "1.0", "type": "ccr.reinstall.requested", "source": "{{Source}}", "id": "{{eventId}}", "data": { "machine": "{{machine}}"{{more}} } }
        """));

    /// <summary>A machine is a domain and a name.</summary>
    public static string MachineOf(string? domain, string? name) => $@"{domain}\{name}";

    /// <summary>An event that must be refused: its machine has no valid name.</summary>
    public static Attempt OfPoison(string eventId) => Of(eventId, "10.0.0.1") with { Machine = null };
}
