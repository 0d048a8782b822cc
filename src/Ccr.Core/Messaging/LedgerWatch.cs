using System.Collections.Concurrent;
using Ccr.Core.Events;
using Ccr.Core.Ledger;
using Ccr.Core.Machines;
using Ccr.Core.Results;
using Ccr.Core.Telemetry;
using Ccr.Core.Text;
using Microsoft.Extensions.Logging;

namespace Ccr.Core.Messaging;

/// <summary>Notices, and says, that another ledger answers on the same namespace, or that this one lacks what it has published.</summary>
/// <remarks>
/// It is an alarm and stops nothing: whoever may send to the topic or the queue can raise it with a forged message. Not everything can be seen: results
/// that somebody took from the subscription <c>watch</c> before they were looked at are not.
/// </remarks>
public sealed class LedgerWatch(IResultView results, ILedgerStore ledger, LedgerIdentity identity, ILogger<LedgerWatch> logger)
{
    private const int PageSize = 250;
    private const int MostPages = 8;

    private readonly ConcurrentDictionary<string, LedgerAlarm> _alarms = new(StringComparer.Ordinal);
    private long _next;
    private bool _hasLooked;

    /// <summary>What was noticed since the start: each kind once, since anybody can make up any number of ledgers.</summary>
    public ICollection<LedgerAlarm> Alarms => _alarms.Values;

    /// <summary>Looks at the results that came since the last look. Not to be called again before it has returned.</summary>
    /// <exception cref="LedgerException">The ledger cannot be read.</exception>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var own = await identity.ReadAsync(cancellationToken);
        for (var page = 0; page < MostPages && await results.PeekAsync(_next, PageSize, cancellationToken) is { Count: > 0 } seen; page++)
        {
            foreach (var result in seen)
            {
                if (result.Ledger is { } other && other != own) SayOther(other, "results");

                // A ledger can only be put back while nobody has it open: later looks need not ask again.
                var isOwn = !_hasLooked && result.Ledger == own;
                if (isOwn && result.Result is { } published && !await IsKnownAsync(published, cancellationToken)) SayOutdated(published);
                _next = result.SequenceNumber + 1;
            }
        }

        _hasLooked = true;
    }

    /// <summary>Looks at a message that may be a scheduled copy.</summary>
    internal async Task SeeAsync(IncomingEvent message, CancellationToken cancellationToken)
    {
        if (Redelivery.LedgerOf(message) is { } other && other != await identity.ReadAsync(cancellationToken)) SayOther(other, "scheduled copies");
    }

    /// <summary>The properties of a scheduled copy, and which ledger decided about it. A message can wait without a ledger, and then names none.</summary>
    internal async Task<IReadOnlyDictionary<string, object>> StampAsync(IReadOnlyDictionary<string, object> properties)
    {
        try
        {
            return Redelivery.WithLedger(properties, await identity.ReadAsync(CancellationToken.None));
        }
        catch (LedgerException)
        {
            return properties;
        }
    }

    private async Task<bool> IsKnownAsync(ReinstallResult result, CancellationToken cancellationToken)
    {
        // What no ledger keeps: interim results, what belongs to no machine, and what agents publish themselves.
        if (!result.Outcome.IsTerminal() || result is { Machine: null } or { Domain: null } or { Agent: not null }) return true;

        var state = await ledger.ReadAsync(MachineKey.Of(result.Domain, result.Machine), result.RequestId, cancellationToken);
        return state.Result is not null;
    }

    private void SayOther(string other, string where) =>
        Say(new LedgerAlarm(LedgerReasons.AnotherLedger, $"{where} name the ledger {SafeText.Escape(other)}, and this one is another"));

    private void SayOutdated(ReinstallResult published) =>
        Say(new LedgerAlarm(
            LedgerReasons.Outdated, $"it does not know the result of request {SafeText.Escape(published.RequestId)}, published {published.Time:u}"));

    private void Say(LedgerAlarm alarm)
    {
        if (!_alarms.TryAdd(alarm.Reason.Code, alarm)) return;
        Metrics.CountLedgerAlarm(alarm.Reason);
        Log.LedgerAlarm(logger, alarm.Reason.Code, alarm.Reason.Meaning, alarm.Detail, alarm.Reason.Remedy);
    }
}

/// <summary>What is wrong with the ledger, as it was noticed from outside.</summary>
/// <param name="Reason">The catalogue entry.</param>
/// <param name="Detail">What was seen.</param>
public sealed record LedgerAlarm(ReasonCode Reason, string Detail);

/// <summary>Puts the identity of the ledger on every result.</summary>
public sealed class StampingPublisher(IResultPublisher publisher, LedgerIdentity identity) : IResultPublisher
{
    /// <inheritdoc/>
    public async Task PublishAsync(ResultMessage message, CancellationToken cancellationToken)
    {
        var properties = new Dictionary<string, object>(message.Properties, StringComparer.Ordinal)
        {
            [LedgerIdentity.Property] = await identity.ReadAsync(cancellationToken),
        };
        await publisher.PublishAsync(message with { Properties = properties }, cancellationToken);
    }
}
