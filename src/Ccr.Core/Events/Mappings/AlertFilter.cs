using Ccr.Core.Results;
using Ccr.Core.Text;

namespace Ccr.Core.Events.Mappings;

/// <summary>Which of a source's alerts are meant; no list means all of them.</summary>
/// <param name="severities">The severities, compared without regard to case.</param>
/// <param name="rules">The names of alert rules, in which <c>*</c> stands for anything.</param>
internal sealed class AlertFilter(string[] severities, string[] rules)
{
    /// <summary>Whether there is nothing to judge.</summary>
    public bool MeansAll => severities.Length == 0 && rules.Length == 0;

    /// <summary>Why an alert is not meant, or null.</summary>
    public Verdict? Judge(string? severity, string? rule)
    {
        if (severities.Length > 0 && !(severity is not null && severities.Contains(severity, StringComparer.OrdinalIgnoreCase)))
            return NotMeant("severity", severity, severities);
        if (rules.Length > 0 && !(rule is not null && Pattern.MatchesAny(rules, rule)))
            return NotMeant("alert rule", rule, rules);
        return null;
    }

    private static Verdict NotMeant(string what, string? value, string[] meant)
    {
        var has = value is null ? $"has no {what}" : $"has the {what} {SafeText.Quote(value)}";
        return new Verdict(Outcome.Ignored, EventReasons.NotMeant, $"it {has}; meant are {string.Join(", ", meant)}");
    }
}
