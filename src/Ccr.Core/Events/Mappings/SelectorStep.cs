using System.Text;
using System.Text.Json;
using Ccr.Core.Events.Json;

namespace Ccr.Core.Events.Mappings;

/// <summary>
/// One step from a value to the part of it that counts. Each looks at a text once, from its start to its end, so that no text can make it slow. What it
/// does not fit has no result. Texts match in any case.
/// </summary>
internal abstract record SelectorStep(string Text)
{
    /// <summary>Adds what the step makes of a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="place">The whole selector, for a fault.</param>
    /// <param name="results">Where the results go.</param>
    public abstract void Apply(FoundValue value, string place, List<FoundValue> results);
}

/// <summary><c>json</c> or <c>json $.path</c>: opens JSON that stands in a text. What is JSON already stays as it is.</summary>
internal sealed record JsonStep(string Text, JsonPath? Path) : SelectorStep(Text)
{
    public override void Apply(FoundValue value, string place, List<FoundValue> results)
    {
        var root = value.Json.Kind is JsonValueKind.Object or JsonValueKind.Array ? value.Json : Parse(value.AsText(place));
        var found = new List<EventValue>();
        if (Path is not null) Path.FindAll(root, found);
        else if (root.IsPresent) found.Add(root);
        foreach (var one in found) results.Add(new FoundValue(one, null));
    }

    /// <summary>A text that is no JSON has no result, as another place may know how to read it.</summary>
    private static EventValue Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return default;
        try
        {
            // Nobody knows here how long it is read, so the collector takes it back.
            return EventJson.Parse(Encoding.UTF8.GetBytes(text)).Root;
        }
        catch (JsonException)
        {
            return default;
        }
    }
}

/// <summary>A step from a text to texts.</summary>
internal sealed record TextStep(string Text, Func<string, IEnumerable<string>> Make) : SelectorStep(Text)
{
    /// <summary>So many pieces of one text are looked at; no list of tags has so many.</summary>
    private const int MaxPieces = 1000;

    public override void Apply(FoundValue value, string place, List<FoundValue> results)
    {
        if (value.Json.Kind is JsonValueKind.Object or JsonValueKind.Array || value.AsText(place) is not { } text) return;
        foreach (var made in Make(text)) results.Add(new FoundValue(default, made));
        if (results.Count > MaxPieces) throw new EventFaultException(EventReasons.WrongSchema, $"there are more than {MaxPieces} pieces at {place}");
    }

    public static IEnumerable<string> Split(string text, string at) => text.Split(at, MaxPieces + 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    public static IEnumerable<string> Prefix(string text, string prefix) => text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? [text[prefix.Length..].Trim()] : [];

    public static IEnumerable<string> After(string text, string mark) =>
        text.IndexOf(mark, StringComparison.OrdinalIgnoreCase) is >= 0 and var at ? [text[(at + mark.Length)..].Trim()] : [];

    public static IEnumerable<string> Before(string text, string mark) =>
        [text.IndexOf(mark, StringComparison.OrdinalIgnoreCase) is >= 0 and var at ? text[..at].Trim() : text];

    public static IEnumerable<string> Between(string text, string mark, string end) =>
        After(text, mark).SelectMany(rest => rest.IndexOf(end, StringComparison.OrdinalIgnoreCase) is >= 0 and var at ? [rest[..at].Trim()] : Array.Empty<string>());
}
