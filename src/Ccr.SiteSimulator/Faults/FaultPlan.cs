using System.IO.Enumeration;

namespace Ccr.SiteSimulator.Faults;

/// <summary>Which requests are answered with which fault. README.md beside this project has the grammar.</summary>
public sealed class FaultPlan
{
    private readonly IReadOnlyList<FaultRule> _rules;

    internal FaultPlan(IReadOnlyList<FaultRule> rules) => _rules = rules;

    /// <summary>The plan of a management point that always behaves.</summary>
    public static FaultPlan None { get; } = new([]);

    /// <summary>Reads a plan such as <c>status=503@10%; delay=2s@PC1*; write+close@PC99</c>.</summary>
    /// <exception cref="FormatException">The text is not in the grammar; the message says what would be.</exception>
    public static FaultPlan Parse(string spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return new FaultPlan([.. spec.Split(';', StringSplitOptions.TrimEntries).Select(FaultPlanParser.ParseRule)]);
    }

    /// <summary>The fault of the first rule that hits the request; machine is null when it names none.</summary>
    internal Fault Choose(string? machine, Random random) =>
        _rules.FirstOrDefault(rule => rule.Hits(machine, random))?.Fault ?? Fault.None;
}

/// <summary>One fault and whom it hits: any of the patterns (none: every request), in that share (0 to 1).</summary>
internal sealed record FaultRule(Fault Fault, IReadOnlyList<string> Patterns, double Share)
{
    public bool Hits(string? machine, Random random) =>
        (Patterns.Count == 0 || (machine is not null && Patterns.Any(pattern => Matches(pattern, machine))))
        && (Share >= 1 || random.NextDouble() < Share);

    private static bool Matches(string pattern, string machine) =>
        FileSystemName.MatchesSimpleExpression(pattern, machine, ignoreCase: true);
}
