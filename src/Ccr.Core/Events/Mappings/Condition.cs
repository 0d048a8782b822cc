using System.Text.Json;
using Ccr.Core.Events.Json;

namespace Ccr.Core.Events.Mappings;

/// <summary>One thing by which a mapping recognises an event.</summary>
internal sealed class Condition
{
    private readonly Selector _at;
    private readonly string[]? _is;
    private readonly string[]? _like;
    private readonly string _kind;

    /// <param name="at">Where to look.</param>
    /// <param name="texts">What the value must be, if that matters.</param>
    /// <param name="patterns">What the value must be like, if that matters; <c>*</c> stands for anything.</param>
    /// <param name="kind">What kind of value it must be, if that matters.</param>
    public Condition(Selector at, string[]? texts, string[]? patterns, string? kind)
    {
        _at = at;
        _is = texts;
        _like = patterns;
        _kind = kind ?? ((texts ?? patterns) is null ? "any" : "value");
        Text = (texts ?? patterns) is { } said ? $"{at} is {(texts is null ? "like " : "")}{string.Join(" or ", said.Select(t => $"\"{t}\""))}" : kind switch
        {
            "none" => $"{at} is absent",
            "array" or "object" => $"{at} is an {kind}",
            _ => $"{at} is present",
        };
    }

    /// <summary>Where it looks.</summary>
    public Selector At => _at;

    /// <summary>The condition for people.</summary>
    public string Text { get; }

    public bool Holds(Scope scope)
    {
        if (_at is not PathSelector) return HoldsText(_at.FindText(scope));

        var value = _at.FindValue(scope);
        return _kind switch
        {
            "none" => !value.IsPresent,
            "array" => value.Kind == JsonValueKind.Array,
            "object" => value.Kind == JsonValueKind.Object,
            "any" => value.IsPresent,
            _ => value.Kind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False && HoldsText(JsonFields.Scalar(value, _at.Text)),
        };
    }

    /// <summary>The text there; for people, once the condition holds.</summary>
    public string? FindText(Scope scope) => _at.FindText(scope);

    private bool HoldsText(string? text)
    {
        if ((_is ?? _like) is null) return text is null == (_kind == "none");
        return text is not null && (_is?.Contains(text, StringComparer.OrdinalIgnoreCase) == true || (_like is not null && Pattern.MatchesAny(_like, text)));
    }
}
