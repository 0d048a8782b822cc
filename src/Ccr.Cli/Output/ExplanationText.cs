using System.Text;
using Ccr.Core.Events.Explanations;
using Ccr.Core.Text;

namespace Ccr.Cli.Output;

/// <summary>An explanation as people read it.</summary>
internal static class ExplanationText
{
    public static string Of(string name, EventExplanation explanation)
    {
        var text = new StringBuilder(name);
        foreach (var item in explanation.Items) Append(text, item);
        return text.ToString();
    }

    private static void Append(StringBuilder text, ExplainedItem item)
    {
        Line(text, 1, $"{item.Location}{(item.Envelope is null ? "" : $", out of {item.Envelope}")}");
        foreach (var source in item.Sources.OrderBy(s => s.Mismatch is not null))
            Line(text, 2, source.Mismatch is null ? $"is  {source.Name}" : $"not {source.Name,-24} since this does not hold: {source.Mismatch}");
        if (item.Fields.Count > 0) Line(text, 2, "found");
        foreach (var field in item.Fields) Line(text, 3, $"{field.Field,-12}{field.Value ?? "(nothing)",-40} at {field.From}");
        if (item.Rules.Count > 0) Line(text, 2, "rules");
        foreach (var rule in item.Rules) Append(text, rule);
        foreach (var part in item.Parts) Append(text, part);
    }

    private static void Append(StringBuilder text, ExplainedPart part)
    {
        Line(
            text, 2, $"machine {part.Machine ?? "(none)"} of the event '{SafeText.Escape(part.Event.Id)}', {part.Event.Time.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z");
        foreach (var rule in part.Rules) Append(text, rule);
        if (part.Verdict is { } verdict)
        {
            Line(text, 3, $"{verdict.Outcome} {verdict.Reason}  {verdict.Reason.Meaning}: {verdict.Detail}");
            Line(text, 3, $"to do  {verdict.Reason.Remedy}");
        }

        if (part.Request is not null) Line(text, 3, $"{(part.Verdict is null ? "would send" : "would have sent")} {part.Request}");
    }

    private static void Append(StringBuilder text, ExplainedRule rule) =>
        Line(text, 3, $"{(rule.Verdict is null ? "passes" : "ends"),-12}{rule.Rule}: {rule.Detail}");

    private static void Line(StringBuilder text, int depth, string line) => text.AppendLine().Append(' ', 2 * depth).Append(SafeText.Printable(line));
}
