namespace Ccr.Core.Events.Mappings;

/// <summary>A place, and the steps that take the part of it that counts: <c>$.tags | split ',' | prefix 'host:'</c>.</summary>
internal sealed class SteppedSelector(string text, Selector place, SelectorStep[] steps) : Selector(text)
{
    public override void FindAll(Scope scope, List<FoundValue> found)
    {
        var values = new List<FoundValue>();
        place.FindAll(scope, values);
        foreach (var step in steps) values = Apply(step, values);
        found.AddRange(values);
    }

    public override IEnumerable<(string From, string? Value)> Explain(Scope scope)
    {
        var values = new List<FoundValue>();
        place.FindAll(scope, values);
        yield return (place.Text, Show(values));
        foreach (var step in steps)
        {
            values = Apply(step, values);
            yield return ($"| {step.Text}", Show(values));
        }
    }

    private List<FoundValue> Apply(SelectorStep step, List<FoundValue> values)
    {
        var results = new List<FoundValue>();
        foreach (var value in values) step.Apply(value, Text, results);
        return results;
    }

    private static string? Show(List<FoundValue> values) =>
        values.Count == 0 ? null : string.Join(", ", values.Select(value => value.Text ?? (value.Json.IsPresent ? value.Json.RawText : "(nothing)")));
}
