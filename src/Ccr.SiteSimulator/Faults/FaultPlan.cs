using System.IO.Enumeration;
using Ccr.SiteSimulator.Http;

namespace Ccr.SiteSimulator.Faults;

/// <summary>Which requests are answered with which fault. README.md beside this project has the grammar.</summary>
public sealed class FaultPlan
{
    private readonly IReadOnlyList<FaultRule> _rules;

    internal FaultPlan(IReadOnlyList<FaultRule> rules) => _rules = rules;

    /// <summary>The plan of a management point that always behaves.</summary>
    public static FaultPlan None { get; } = new([]);

    /// <summary>Reads a management point's plan, such as <c>status=503@10%; delay=2s@PC1*; write+close@PC99</c>.</summary>
    /// <exception cref="FormatException">The text is not in the grammar; the message says what would be.</exception>
    public static FaultPlan Parse(string spec) => Parse(spec, forAdminService: false);

    /// <summary>Reads an AdminService's plan, such as <c>on=create+write+status=500+body=html@PC1*; denied@PC99</c>.</summary>
    /// <exception cref="FormatException">The text is not in the grammar; the message says what would be.</exception>
    public static FaultPlan ParseForAdminService(string spec) => Parse(spec, forAdminService: true);

    /// <summary>The fault of the first rule that hits a request of that kind, which names those machines.</summary>
    internal Fault Choose(RequestKind kind, IReadOnlyList<string> machines, Random random) =>
        _rules.FirstOrDefault(rule => rule.Hits(kind, machines, random))?.Fault ?? Fault.None;

    private static FaultPlan Parse(string spec, bool forAdminService)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var rules = spec.Split(';', StringSplitOptions.TrimEntries).Select(rule => FaultPlanParser.ParseRule(rule, forAdminService));
        return new FaultPlan([.. rules]);
    }
}

/// <summary>One fault and whom it hits: requests of that kind that name any of the patterns (none: every request), in that share (0 to 1).</summary>
internal sealed record FaultRule(Fault Fault, RequestKind On, IReadOnlyList<string> Patterns, double Share)
{
    public bool Hits(RequestKind kind, IReadOnlyList<string> machines, Random random) =>
        (On == RequestKind.Any || On == kind)
        && (Patterns.Count == 0 || Patterns.Any(pattern => machines.Any(machine => Matches(pattern, machine))))
        && (Share >= 1 || random.NextDouble() < Share);

    private static bool Matches(string pattern, string machine) =>
        FileSystemName.MatchesSimpleExpression(pattern, machine, ignoreCase: true);
}
