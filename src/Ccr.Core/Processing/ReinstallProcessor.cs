using Ccr.Core.Decisions;
using Ccr.Core.Events;
using Ccr.Core.Ledger;
using Ccr.Core.Results;
using Ccr.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace Ccr.Core.Processing;

/// <summary>
/// The whole way of an event: read, then for each machine validate, decide, claim, submit, record and publish. Settling the message is left to the
/// host.
/// </summary>
/// <remarks>
/// The claim is written before the first byte is sent, and the result before it is published, so whatever stops this at any point, the next delivery of
/// the same message either publishes the recorded result again or knows that the request may have been sent. While the ledger cannot be used nothing is
/// submitted; while the ledger or the broker cannot be written to, a message is kept for a while and then copied, as it would be given up after ten
/// deliveries. Any other exception means: give the message back.
/// </remarks>
public sealed class ReinstallProcessor(
    EventReader reader, RequestValidator validator, RequestWorker worker, TimeProvider time, ILogger<ReinstallProcessor> logger)
{
    /// <summary>How long a message is kept while ledger or broker cannot be used; its lock is renewed meanwhile.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(30);

    private int _ledgerFails;

    /// <summary>Processes an event.</summary>
    /// <param name="incoming">The message.</param>
    /// <param name="cancellationToken">Stops what was not begun. A submission on its way is ended as <see cref="Outcome.Indeterminate"/>.</param>
    public async Task<Disposition> ProcessAsync(IncomingEvent incoming, CancellationToken cancellationToken)
    {
        try
        {
            var disposition = await ProcessPartsAsync(incoming, cancellationToken);
            if (Interlocked.Exchange(ref _ledgerFails, 0) == 1) Log.LedgerRecovered(logger);
            return disposition;
        }
        catch (Exception fault) when (fault is LedgerException or BrokerException { IsAboutTheWay: true })
        {
            // Every message meets the same fault: it is said once. The broker's is said by its connection.
            if (fault is LedgerException && Interlocked.Exchange(ref _ledgerFails, 1) == 0) Log.LedgerFailed(logger, fault.Message);

            // Kept, so that the host takes no more than it works on at a time; and then copied, since a message that is given back again and again is
            // given up by the broker.
            await Task.Delay(Kept, time, cancellationToken);
            return new Disposition.RetryAt(time.GetUtcNow(), Redelivery.PropertiesOfKept(incoming));
        }
    }

    private async Task<Disposition> ProcessPartsAsync(IncomingEvent incoming, CancellationToken cancellationToken)
    {
        var original = Redelivery.Restore(incoming);
        var reading = reader.Read(original);
        var wasWaiting = Redelivery.WaitingOf(incoming, reading);
        var ends = new List<PartEnd>(reading.Parts.Count);
        for (var index = 0; index < reading.Parts.Count; index++)
        {
            // Of a copy only the parts that waited are answered again; the others were answered before it was scheduled.
            string? said = null;
            var isAnswered = wasWaiting is not null && !wasWaiting.TryGetValue(index, out said);
            var (request, verdict) = Validate(reading, index);
            if (request is not null)
            {
                request = request with { EventTime = reading.Parts[index].Event.Time, HasWaited = wasWaiting is not null };
                var draft = new ResultDraft(reading, index, request);
                ends.Add(await worker.CarryOutAsync(new RequestInHand(request, draft, incoming, said, isAnswered), cancellationToken));
            }
            else if (!isAnswered)
            {
                var result = new ResultDraft(reading, index).Write(verdict!, time.GetUtcNow());
                await worker.PublishAsync(result, cancellationToken);
                ends.Add(PartEnd.Ended(result));
            }
        }

        return DispositionOf(original, ends, reading);
    }

    private (ReinstallRequest? Request, Verdict? Verdict) Validate(EventReading reading, int index) => reading.Parts[index] switch
    {
        EndedPart ended => (null, ended.Verdict),
        MachinePart machine => validator.Validate(machine, RequestId.Of(reading, index)),
        var other => throw new InvalidOperationException($"There is no way for a {other.GetType().Name}."),
    };

    private static Disposition DispositionOf(IncomingEvent original, List<PartEnd> ends, EventReading reading)
    {
        var waiting = ends.Where(end => end.LookAt is not null).ToDictionary(end => end.Part, end => end.Said ?? "");
        if (waiting.Count > 0) return new Disposition.RetryAt(ends.Min(end => end.LookAt)!.Value, Redelivery.PropertiesOf(original, waiting));

        return ends.Count == reading.Parts.Count && ends.All(end => end.Result!.Outcome == Outcome.Rejected)
            ? new Disposition.DeadLetter(ReasonOf(ends[0].Result!), ends[0].Result!.Detail)
            : new Disposition.Complete();
    }

    private static ReasonCode ReasonOf(ReinstallResult result) => new(result.Reason, result.Meaning, result.Remedy);
}
