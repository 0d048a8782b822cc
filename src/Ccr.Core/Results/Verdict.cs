namespace Ccr.Core.Results;

/// <summary>What was decided about a request, and why.</summary>
/// <param name="Outcome">What becomes of it.</param>
/// <param name="Reason">The catalogue entry.</param>
/// <param name="Detail">One sentence about this very case: the cause, and what is right.</param>
public sealed record Verdict(Outcome Outcome, ReasonCode Reason, string Detail);
