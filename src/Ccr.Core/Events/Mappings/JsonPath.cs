using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Ccr.Core.Events.Json;

namespace Ccr.Core.Events.Mappings;

/// <summary>
/// A path into an event: of RFC 9535 the member names, indexes, wildcards and the filter for a text, compiled to a walk.
/// </summary>
/// <remarks>
/// <c>$</c> is the event and <c>@</c> the item that a mapping's <c>each</c> found. Unlike in the RFC, names and texts
/// match without regard to case, as senders differ in it, and a member that is null counts as absent. Of several names in one
/// bracket the first that has a value counts, where the RFC takes all of them; and wildcards and filters go over arrays alone, since the members of an
/// object where a list of machines should be are anything but machines.
/// </remarks>
internal sealed class JsonPath
{
    private readonly PathSegment[] _segments;

    /// <summary>The one name of each segment, if that is all there is: most paths are like this.</summary>
    private readonly MemberName[]? _names;

    private JsonPath(string text, PathSegment[] segments)
    {
        Text = text;
        _segments = segments;
        _names = segments.All(s => s is PathSegment.Members { Names.Length: 1 }) ? [.. segments.Select(s => ((PathSegment.Members)s).Names[0])] : null;
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

    /// <summary>The first value there, or one that is not present.</summary>
    public EventValue FindFirst(EventValue start)
    {
        if (_names is null) return Walk(start, 0, null);
        foreach (var name in _names) start = start.Find(name);
        return start;
    }

    /// <summary>Adds all values there, in the order of the event.</summary>
    public void FindAll(EventValue start, List<EventValue> found)
    {
        if (_names is null) Walk(start, 0, found);
        else if (FindFirst(start) is { IsPresent: true } only) found.Add(only);
    }

    public override string ToString() => Text;

    /// <summary>Ends with the first value, or with none once all of them are collected.</summary>
    private EventValue Walk(EventValue value, int depth, List<EventValue>? all)
    {
        if (depth == _segments.Length)
        {
            if (all is null) return value;
            if (value.IsPresent) all.Add(value);
            return default;
        }

        return (_segments[depth], value.Kind) switch
        {
            (PathSegment.Members members, JsonValueKind.Object) => WalkMembers(members, value, depth, all),
            (PathSegment.Element element, JsonValueKind.Array) => WalkElement(element, value, depth, all),
            (PathSegment.Every, JsonValueKind.Array) => WalkChildren(null, value, depth, all),
            (PathSegment.Where where, JsonValueKind.Array) => WalkChildren(where, value, depth, all),
            _ => default,
        };
    }

    private EventValue WalkMembers(PathSegment.Members members, EventValue parent, int depth, List<EventValue>? all)
    {
        foreach (var name in members.Names)
        {
            var before = all?.Count;
            var found = Walk(parent.Find(name), depth + 1, all);
            if (found.IsPresent && !found.IsBlank) return found;
            if (all is null || all.Count == before) continue;

            // Several names are several ways to say one thing. Two machines out of two of them would be one too many.
            if (all.Exists(value => !value.IsBlank)) return default;
        }

        return default;
    }

    private EventValue WalkElement(PathSegment.Element element, EventValue parent, int depth, List<EventValue>? all)
    {
        var skip = element.Index < 0 ? parent.Count + element.Index : element.Index;
        if (skip < 0) return default;
        foreach (var child in parent.Children)
        {
            if (skip-- == 0) return Walk(child, depth + 1, all);
        }

        return default;
    }

    private EventValue WalkChildren(PathSegment.Where? where, EventValue parent, int depth, List<EventValue>? all)
    {
        foreach (var child in parent.Children)
        {
            if (where is not null && !where.Holds(child)) continue;
            var found = Walk(child, depth + 1, all);
            if (found.IsPresent) return found;
        }

        return default;
    }
}
