using System.Text;
using Ccr.Core.Agents;
using Ccr.Core.Results;

namespace Ccr.Samples.Tests;

/// <summary>Messages as the product writes them.</summary>
internal static class Some
{
    public const string EventId = "client health PC01 2026-01-31 11:59:58 New 2";

    private static readonly DateTimeOffset Time = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    public static readonly VerificationResult Verified = new()
    {
        RequestId = "ccr-1",
        Source = "servicenow-event",
        EventId = EventId,
        Number = 1,
        Machine = "PC01",
        Domain = "CORP",
        Site = "hq",
        Outcome = VerificationOutcome.Verified,
        Strength = EvidenceStrength.Strong,
        Reason = "CCR2601",
        Meaning = "The client was reinstalled",
        Detail = "since the push changed: registration",
        Remedy = "Nothing needs to be done.",
        Time = Time,
        Pushed = Time,
    };

    public static readonly ReinstallResult Accepted = ReinstallResult.Of(
        "ccr-1", "servicenow-event", EventId, 1, 1, new Verdict(Outcome.Accepted, new ReasonCode("CCR3001", "m", "r"), "d"), Time) with
    {
        Machine = "PC01",
        Domain = "CORP",
        Site = "hq",
    };

    public static ResultMessage Look => new LookReport { Nonce = "1", Site = "hq", Agent = "agent-1", Time = Time }.Write([]);

    public static ResultMessage VerifiedMessage => ResultMessage.From(Verified);

    /// <summary>Something that passes the filters and is no message of the contract.</summary>
    public static ResultMessage WithBody(string body) => VerifiedMessage with { Body = Encoding.UTF8.GetBytes(body) };

    /// <summary>What is seen when the client does not come back, or nobody knows.</summary>
    public static ResultMessage Seen(VerificationOutcome outcome, int number) =>
        ResultMessage.From(Verified with { Outcome = outcome, Strength = EvidenceStrength.None, Number = number });
}
