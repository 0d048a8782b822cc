using Ccr.Core.Results;

namespace Ccr.Core.Events.Explanations;

/// <summary>What is made of an event, and why.</summary>
/// <param name="Items">The events in the message and the items in them, in its order.</param>
public sealed record EventExplanation(IReadOnlyList<ExplainedItem> Items);

/// <summary>One event of a message, or one item of it such as an alert.</summary>
/// <param name="Location">Where it is.</param>
/// <param name="Envelope">What the event was wrapped in, if anything.</param>
/// <param name="Sources">The sources that were asked whether the event is theirs; empty for an item.</param>
/// <param name="Fields">What was found where.</param>
/// <param name="Rules">What each rule of the reading said.</param>
/// <param name="Parts">What becomes of each machine.</param>
public sealed record ExplainedItem(
    string Location,
    string? Envelope,
    IReadOnlyList<ExplainedSource> Sources,
    IReadOnlyList<ExplainedField> Fields,
    IReadOnlyList<ExplainedRule> Rules,
    IReadOnlyList<ExplainedPart> Parts);

/// <summary>Whether an event is of a source.</summary>
/// <param name="Name">The source.</param>
/// <param name="Mismatch">What the event lacks for it, or null when it is of the source.</param>
public sealed record ExplainedSource(string Name, string? Mismatch);

/// <summary>A value that was looked for.</summary>
/// <param name="Field">What it is, for example <c>machine</c>.</param>
/// <param name="From">Where it was looked for.</param>
/// <param name="Value">The value, escaped and shortened; null when nothing is there.</param>
public sealed record ExplainedField(string Field, string From, string? Value);

/// <summary>What a rule said.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Verdict">How it ends the request, or null when it lets it pass.</param>
/// <param name="Detail">Why.</param>
public sealed record ExplainedRule(string Rule, Verdict? Verdict, string Detail);

/// <summary>What becomes of one machine.</summary>
/// <param name="Event">The event that names it.</param>
/// <param name="RequestId">The id of its request and of its result.</param>
/// <param name="Machine">The machine, escaped and shortened; null when none is named.</param>
/// <param name="Rules">What each rule for requests said.</param>
/// <param name="Verdict">How it ends without a submission, or null.</param>
/// <param name="Request">The request that would be sent, or null.</param>
public sealed record ExplainedPart(
    EventIdentity Event, string RequestId, string? Machine, IReadOnlyList<ExplainedRule> Rules, Verdict? Verdict, string? Request);
