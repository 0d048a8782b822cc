using System.Runtime.InteropServices;
using System.Text;
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
            if (!IsNamed(member, name)) continue;
            if (found is not null)
                throw new EventFaultException(EventReasons.DuplicateMember, $"the member '{name}' stands there twice, in different case");
            found = member.Value;
        }

        return found is { ValueKind: JsonValueKind.Null } ? null : found;
    }

    public static string? FindText(JsonElement parent, string name) =>
        FindOfKind(parent, name, JsonValueKind.String, "a text in quotation marks") is { } value ? Text(value, name) : null;

    public static string RequireText(JsonElement parent, string name) =>
        FindText(parent, name) is { Length: > 0 } text ? text : throw Missing(name, "a text that is not empty");

    /// <summary>A text or number, as text.</summary>
    public static string? FindScalar(JsonElement parent, string name) => Find(parent, name) is { } value ? Scalar(value, name) : null;

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
        return EventTime.TryParse(text, out var time) ? time : throw WrongType(name, "a time with its offset, for example 2026-01-31T23:59:58Z");
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

    /// <summary>The text of a value that is a text, number or flag: senders write "4" for 4, and the other way round.</summary>
    public static string Scalar(JsonElement value, string name) => value.ValueKind switch
    {
        JsonValueKind.String => Text(value, name),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => throw WrongType(name, "a text or a number"),
    };

    /// <summary>The member's name; half of a surrogate pair is refused, as it is no text.</summary>
    public static string NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            throw new EventFaultException(EventReasons.NotText, "a member's name holds half a character (a lone surrogate)");
        }
    }

    private static bool IsNamed(JsonProperty member, string name)
    {
        var raw = JsonMarshal.GetRawUtf8PropertyName(member);
        if (raw.Length == name.Length && Ascii.EqualsIgnoreCase(raw, name)) return true;

        // Escaped or not ASCII: rare, so only then it costs a string.
        return (raw.Contains((byte)'\\') || !Ascii.IsValid(raw)) && NameOf(member).Equals(name, StringComparison.OrdinalIgnoreCase);
    }

    private static JsonElement? FindOfKind(JsonElement parent, string name, JsonValueKind kind, string expected) =>
        Find(parent, name) is not { } value ? null : value.ValueKind == kind ? value : throw WrongType(name, expected);

    private static EventFaultException Missing(string name, string expected) =>
        new(EventReasons.WrongSchema, $"the member '{name}' is missing or empty; it must be {expected}");

    private static EventFaultException WrongType(string name, string expected) =>
        new(EventReasons.WrongSchema, $"the member '{SafeText.Escape(name)}' must be {expected}");
}
