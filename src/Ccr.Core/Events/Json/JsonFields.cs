using System.Text.Json;
using Ccr.Core.Text;

namespace Ccr.Core.Events.Json;

/// <summary>Reads members of an event's JSON, and names the member in every fault.</summary>
internal static class JsonFields
{
    public static string? FindText(EventValue parent, MemberName name) => parent.Find(name) switch
    {
        { IsPresent: false } => null,
        { Kind: JsonValueKind.String } value => value.Text(name.Text),
        _ => throw WrongType(name.Text, "a text in quotation marks"),
    };

    public static string RequireText(EventValue parent, MemberName name) => FindText(parent, name) is { Length: > 0 } text
        ? text
        : throw new EventFaultException(EventReasons.WrongSchema, $"the member '{name.Text}' is missing or empty; it must be a text that is not empty");

    public static bool? FindFlag(EventValue parent, MemberName name) => parent.Find(name) switch
    {
        { IsPresent: false } => null,
        { Kind: JsonValueKind.True } => true,
        { Kind: JsonValueKind.False } => false,
        _ => throw WrongType(name.Text, "true or false"),
    };

    /// <summary>A time with an offset; the year 0001, with which some senders say "none", is none.</summary>
    public static DateTimeOffset? FindTime(EventValue parent, MemberName name)
    {
        if (FindText(parent, name) is not { } text) return null;
        return EventTime.TryParse(text, out var time) ? time : throw WrongType(name.Text, "a time with its offset, for example 2026-01-31T23:59:58Z");
    }

    /// <summary>The text of a value that is a text, number or flag: senders write "4" for 4, and the other way round.</summary>
    public static string Scalar(EventValue value, string place) => value.Kind switch
    {
        JsonValueKind.String => value.Text(place),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.RawText,
        _ => throw WrongType(place, "a text or a number"),
    };

    private static EventFaultException WrongType(string name, string expected) =>
        new(EventReasons.WrongSchema, $"the member '{SafeText.Escape(name)}' must be {expected}");
}
