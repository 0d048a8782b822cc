using System.Text.Encodings.Web;
using System.Text.Json;
using Ccr.Campaign.Scenarios;

namespace Ccr.Campaign.Report;

/// <summary>A scenario's end, as it is printed.</summary>
/// <param name="Scenario">Which.</param>
/// <param name="Finding">What it came to.</param>
/// <param name="Elapsed">How long it took.</param>
internal sealed record Outcome(IScenario Scenario, Finding Finding, TimeSpan Elapsed)
{
    private const int MostExamples = 12;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public bool IsSound => Finding.Verdict.IsSound;

    /// <summary>Everything in one line, for programs.</summary>
    public string ToJson(int seed)
    {
        var (verdict, counts) = (Finding.Verdict, Finding.Verdict.Counts);
        var line = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["scenario"] = Scenario.Id,
            ["verdict"] = IsSound ? "passed" : "failed",
            ["seed"] = seed,
            ["seconds"] = Math.Round(Elapsed.TotalSeconds, 1),
            ["attempted"] = counts.Attempted,
            ["acknowledged"] = counts.Acknowledged,
            ["results"] = counts.Results,
            ["repeated"] = counts.Repeated,
            ["submissions"] = counts.Submissions,
            ["accepted"] = counts.Accepted,
            ["lost"] = verdict.Lost.Count,
            ["duplicated"] = verdict.Duplicated.Count,
            ["unexpected"] = verdict.Unexpected.Count,
            ["indeterminate"] = counts.Indeterminate,
            ["deadLetters"] = counts.DeadLetters,
            ["disturbed"] = Finding.Disturbed,
            ["recovered"] = Finding.Recovered,
            ["note"] = Finding.Note,
        };
        foreach (var (name, figure) in Finding.Figures) line[name] = figure;
        return JsonSerializer.Serialize(line, Json);
    }

    /// <summary>One line for people, and examples of what is wrong.</summary>
    public IEnumerable<string> ToLines()
    {
        var verdict = Finding.Verdict;
        yield return $"{Scenario.Id,-4} {(IsSound ? "passed" : "FAILED")}  {Scenario.Title} ({Elapsed.TotalSeconds:f0} s): {Finding.Note}";
        foreach (var (name, examples) in new[] { ("lost", verdict.Lost), ("duplicated", verdict.Duplicated), ("unexpected", verdict.Unexpected) })
        {
            foreach (var example in examples.Take(MostExamples)) yield return $"     {name}: {example}";
            if (examples.Count > MostExamples) yield return $"     {name}: {examples.Count - MostExamples} more";
        }
    }
}
