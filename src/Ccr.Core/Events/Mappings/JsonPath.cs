using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Ccr.Core.Events.Mappings;

/// <summary>
/// A path into an event: of RFC 9535 the member names, indexes, wildcards and the filter for a text, compiled to a walk.
/// </summary>
/// <remarks>
/// <c>$</c> is the event and <c>@</c> the item that a mapping's <c>each</c> found. Unlike in the RFC, names and texts
/// match without regard to case, as senders differ in it, and a member that is null counts as absent.
/// </remarks>
internal sealed class JsonPath
{
    private readonly PathSegment[] _segments;

    private JsonPath(string text, PathSegment[] segments)
    {
        Text = text;
        _segments = segments;
    }

    /// <summary>The path as it was written.</summary>
    public string Text { get; }

    /// <summary>Whether it begins at the item.</summary>
    public bool IsRelative => Text[0] == '@';

    /// <summary>Compiles a path; a refusal says in <paramref name="fault"/> what is wrong and what is right.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out JsonPath? path, [NotNullWhen(false)] out string? fault)
    {
        var segments = new PathSyntax(text).Parse(out fault);
        path = segments is null ? null : new JsonPath(text, segments);
        return path is not null;
    }

    /// <summary>The first value there.</summary>
    public JsonElement? FindFirst(JsonElement start) => Walk(start, 0, null);

    /// <summary>Adds all values there, in the order of the event.</summary>
    public void FindAll(JsonElement start, List<JsonElement> found) => Walk(start, 0, found);

    public override string ToString() => Text;

    /// <summary>Ends with the first value, or with none once all of them are collected.</summary>
    private JsonElement? Walk(JsonElement value, int depth, List<JsonElement>? all)
    {
        if (depth == _segments.Length)
        {
            if (value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined) return null;
            if (all is null) return value;
            all.Add(value);
            return null;
        }

        return (_segments[depth], value.ValueKind) switch
        {
            (PathSegment.Members members, JsonValueKind.Object) => WalkMembers(members, value, depth, all),
            (PathSegment.Element element, JsonValueKind.Array) => WalkElement(element, value, depth, all),
            (PathSegment.Every, JsonValueKind.Object) => WalkEveryMember(null, value, depth, all),
            (PathSegment.Every, JsonValueKind.Array) => WalkElements(null, value, depth, all),
            (PathSegment.Where where, JsonValueKind.Object) => WalkEveryMember(where, value, depth, all),
            (PathSegment.Where where, JsonValueKind.Array) => WalkElements(where, value, depth, all),
            _ => null,
        };
    }

    private JsonElement? WalkMembers(PathSegment.Members members, JsonElement parent, int depth, List<JsonElement>? all)
    {
        foreach (var name in members.Names)
        {
            if (JsonFields.Find(parent, name) is { } member && Walk(member, depth + 1, all) is { } found) return found;
        }

        return null;
    }

    private JsonElement? WalkElement(PathSegment.Element element, JsonElement parent, int depth, List<JsonElement>? all)
    {
        var length = parent.GetArrayLength();
        var index = element.Index < 0 ? length + element.Index : element.Index;
        return index >= 0 && index < length ? Walk(parent[index], depth + 1, all) : null;
    }

    private JsonElement? WalkEveryMember(PathSegment.Where? where, JsonElement parent, int depth, List<JsonElement>? all)
    {
        foreach (var member in parent.EnumerateObject())
        {
            if ((where is null || where.Holds(member.Value)) && Walk(member.Value, depth + 1, all) is { } found) return found;
        }

        return null;
    }

    private JsonElement? WalkElements(PathSegment.Where? where, JsonElement parent, int depth, List<JsonElement>? all)
    {
        foreach (var element in parent.EnumerateArray())
        {
            if ((where is null || where.Holds(element)) && Walk(element, depth + 1, all) is { } found) return found;
        }

        return null;
    }
}
