using Ccr.Core.Decisions;
using Ccr.Core.Events;
using Ccr.Core.Machines;

namespace Ccr.Core.Processing;

/// <summary>A request for a machine that lies on the requests queue.</summary>
/// <param name="RequestId">Its id.</param>
/// <param name="Reason">The code that was published last, when it waits for its time; null when nobody has looked at it yet.</param>
public sealed record QueuedRequest(string RequestId, string? Reason);

/// <summary>Finds the requests for one machine in messages of the requests queue. Only there is it known what waits for a pause or a window to end.</summary>
/// <param name="reader">Reads the events as the processing does.</param>
/// <param name="domains">Other names of domains, by the main name.</param>
public sealed class QueuedRequests(EventReader reader, IDictionary<string, IList<string>> domains)
{
    private readonly DomainAliases _aliases = new(domains);

    /// <summary>The requests of a message that concern the machine and are not answered yet.</summary>
    /// <param name="message">The message, as it was peeked.</param>
    /// <param name="key">The machine's key in the ledger.</param>
    public IEnumerable<QueuedRequest> Find(IncomingEvent message, string key)
    {
        var reading = reader.Read(Redelivery.Restore(message));
        var waiting = Redelivery.WaitingOf(message, reading);
        for (var index = 0; index < reading.Parts.Count; index++)
        {
            string? said = null;
            if (KeyOf(reading.Parts[index]) != key || (waiting is not null && !waiting.TryGetValue(index, out said))) continue;
            yield return new QueuedRequest(RequestId.Of(reading, index), said is "" ? null : said);
        }
    }

    private string? KeyOf(EventPart part) =>
        part is MachinePart && MachineName.TryParse(part.MachineText, out var machine, out _) && DomainName.TryParse(part.Domain, out var domain, out _)
            ? MachineKey.Of(_aliases.Resolve(domain).Value, machine.Value)
            : null;
}
