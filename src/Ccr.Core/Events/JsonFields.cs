using System.Globalization;
using System.Text.Json;
using Ccr.Core.Results;

namespace Ccr.Core.Events;

/// <summary>
/// Reads members of an event's JSON without regard to the case of their names, as sources differ in it, and names the
/// member in every fault.
/// </summary>
internal static class JsonFields
{
    /// <summary>The member's value, or null when it is absent or JSON null.</summary>
    public static JsonElement? Find(JsonElement parent, string name)
    {
        JsonElement? found = null;
        foreach (var member in parent.EnumerateObject())
        {
            if (!member.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) continue;
            if (found is not null)
                throw new EventFaultException(EventReasons.DuplicateMember, $"the member '{name}' stands there twice, in different case");
            found = member.Value;
        }

        return found is { ValueKind: JsonValueKind.Null } ? null : found;
    }

    public static JsonElement? FindObject(JsonElement parent, string name) => FindOfKind(parent, name, JsonValueKind.Object, "an object");

    public static JsonElement? FindArray(JsonElement parent, string name) => FindOfKind(parent, name, JsonValueKind.Array, "an array");

    public static JsonElement RequireObject(JsonElement parent, string name) =>
        FindObject(parent, name) ?? throw Missing(name, "an object");

    public static string? FindText(JsonElement parent, string name) =>
        FindOfKind(parent, name, JsonValueKind.String, "a text in quotation marks") is { } value ? Text(value, name) : null;

    public static string RequireText(JsonElement parent, string name) =>
        FindText(parent, name) is { Length: > 0 } text ? text : throw Missing(name, "a text that is not empty");

    public static bool? FindFlag(JsonElement parent, string name) => Find(parent, name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw WrongType(name, "true or false"),
    };

    /// <summary>A time with an offset; the year 0001, with which some senders say "none", is none.</summary>
    public static DateTimeOffset? FindTime(JsonElement parent, string name)
    {
        if (FindText(parent, name) is not { } text) return null;
        if (!HasOffset(text) || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            throw WrongType(name, "a time with its offset, for example 2026-01-31T23:59:58Z");

        return time.Year == 1 ? null : time.ToUniversalTime();
    }

    /// <summary>Without an offset nobody can say which moment is meant, and .NET would take this machine's.</summary>
    private static bool HasOffset(string text)
    {
        var timeOfDay = text.IndexOf('T', StringComparison.OrdinalIgnoreCase);
        return timeOfDay > 0 && (text[^1] is 'Z' or 'z' || text.LastIndexOfAny(['+', '-']) > timeOfDay);
    }

    /// <summary>The text of a JSON string; half of a surrogate pair is refused, as it is no text.</summary>
    public static string Text(JsonElement value, string name)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new EventFaultException(EventReasons.NotText, $"the member '{name}' holds half a character (a lone surrogate)");
        }
    }

    private static JsonElement? FindOfKind(JsonElement parent, string name, JsonValueKind kind, string expected) =>
        Find(parent, name) is not { } value ? null : value.ValueKind == kind ? value : throw WrongType(name, expected);

    private static EventFaultException Missing(string name, string expected) =>
        new(EventReasons.WrongSchema, $"the member '{name}' is missing or empty; it must be {expected}");

    private static EventFaultException WrongType(string name, string expected) =>
        new(EventReasons.WrongSchema, $"the member '{SafeText.Escape(name)}' must be {expected}");
}
