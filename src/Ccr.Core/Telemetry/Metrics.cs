using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Ccr.Core.Results;

namespace Ccr.Core.Telemetry;

/// <summary>The numbers that say how the job is going.</summary>
public static class Metrics
{
    /// <summary>The name of the meter, for an exporter to listen to.</summary>
    public const string MeterName = "Ccr";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Events = Meter.CreateCounter<long>("ccr.events", "{event}", "Messages taken from the requests queue");
    private static readonly Counter<long> Results = Meter.CreateCounter<long>("ccr.results", "{result}",
        "Results published, by outcome, reason, site and source");
    private static readonly Counter<long> Retries = Meter.CreateCounter<long>("ccr.retries", "{message}", "Messages scheduled to be looked at again");
    private static readonly Counter<long> DeadLetters = Meter.CreateCounter<long>("ccr.dead_letters", "{result}",
        "Results given to what the broker gave up, by reason");
    private static readonly Counter<long> LedgerAlarms = Meter.CreateCounter<long>("ccr.ledger.alarms", "{alarm}",
        "Signs that another ledger is used, or an outdated one, by reason");
    private static readonly Counter<long> Refusals = Meter.CreateCounter<long>("ccr.refusals", "{message}",
        "Agents' results and undelivered commands that were not believed, by reason");
    private static readonly Histogram<double> Submissions = Meter.CreateHistogram<double>("ccr.mp.duration", "s",
        "One request to a management point, or to a site's agents through the relay, by address and verdict");
    private static readonly Histogram<double> Exchanges = Meter.CreateHistogram<double>("ccr.relay.duration", "s",
        "One exchange with a site's agents through the relay, by site, kind and delivery");
    private static readonly Counter<long> Relayed = Meter.CreateCounter<long>("ccr.relay.requests", "{request}",
        "Requests that came to an agent through the relay, by kind and verdict");
    private static readonly Counter<long> Verifications = Meter.CreateCounter<long>("ccr.verifications", "{verification}",
        "What was seen after pushes, by outcome, strength and site");
    private static readonly Histogram<double> Returns = Meter.CreateHistogram<double>("ccr.verification.delay", "s",
        "From the event, or the push of an event without a time, until the client was seen to be back, by site");
    private static readonly ConcurrentDictionary<object, (TimeProvider Time, long Since)> Open = new();

    static Metrics()
    {
        Meter.CreateObservableGauge("ccr.claims.oldest_age", () => OldestClaim().TotalSeconds, "s",
            "How long the oldest claim of this process has been worked on");
        Meter.CreateObservableGauge("ccr.requests.oldest_age", () => OldestRequest.TotalSeconds, "s",
            "How long the oldest event has been waiting on the requests queue");
    }

    /// <summary>How long the oldest event has been waiting, when last looked.</summary>
    internal static TimeSpan OldestRequest { get; set; }

    internal static void CountEvent(string? source) => Events.Add(1, new KeyValuePair<string, object?>("source", source ?? "none"));

    internal static void CountRetry() => Retries.Add(1);

    internal static void CountDeadLetter(string reason) => DeadLetters.Add(1, new KeyValuePair<string, object?>("reason", reason));

    internal static void CountLedgerAlarm(ReasonCode reason) => LedgerAlarms.Add(1, new KeyValuePair<string, object?>("reason", reason.Code));

    internal static void CountRefusal(string reason) => Refusals.Add(1, new KeyValuePair<string, object?>("reason", reason));

    internal static void CountResult(ResultMessage message) =>
        Results.Add(
            1, [.. message.Properties.Where(p => p.Key is "outcome" or "reason" or "site" or "source")
                .Select(p => KeyValuePair.Create(p.Key, (object?)p.Value))]);

    internal static void CountVerification(VerificationResult said) =>
        Verifications.Add(1, new("outcome", said.Outcome.ToString()), new("strength", said.Strength.ToString().ToLowerInvariant()), new("site", said.Site));

    internal static void RecordReturn(string site, TimeSpan delay) => Returns.Record(delay.TotalSeconds, new KeyValuePair<string, object?>("site", site));

    internal static void RecordSubmission(string managementPoint, string verdict, ReasonCode reason, TimeSpan elapsed) =>
        Submissions.Record(elapsed.TotalSeconds, new("management_point", managementPoint), new("verdict", verdict), new("reason", reason.Code));

    /// <summary>Records one exchange of the processor with a site's agents.</summary>
    public static void RecordExchange(string site, string kind, string delivery, TimeSpan elapsed) =>
        Exchanges.Record(elapsed.TotalSeconds, new("site", site), new("kind", kind), new("delivery", delivery));

    /// <summary>Counts one request that came to an agent through the relay.</summary>
    public static void CountRelayed(string kind, string verdict) =>
        Relayed.Add(1, new KeyValuePair<string, object?>("kind", kind), new KeyValuePair<string, object?>("verdict", verdict));

    internal static object OpenClaim(TimeProvider time)
    {
        var claim = new object();
        Open[claim] = (time, time.GetTimestamp());
        return claim;
    }

    internal static void CloseClaim(object claim) => Open.TryRemove(claim, out _);

    private static TimeSpan OldestClaim() => Open.Values.Select(open => open.Time.GetElapsedTime(open.Since)).DefaultIfEmpty().Max();
}
