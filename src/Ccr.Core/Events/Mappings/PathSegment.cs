using System.Text.Json;

namespace Ccr.Core.Events.Mappings;

/// <summary>One step of a <see cref="JsonPath"/>.</summary>
internal abstract record PathSegment
{
    private PathSegment()
    {
    }

    /// <summary>The members of these names, in this order: <c>.name</c>, <c>['name']</c> or <c>['one','other']</c>.</summary>
    public sealed record Members(string[] Names) : PathSegment;

    /// <summary>One element of an array, from its end when negative: <c>[0]</c>, <c>[-1]</c>.</summary>
    public sealed record Element(int Index) : PathSegment;

    /// <summary>All elements of an array, or members of an object: <c>[*]</c>, <c>.*</c>.</summary>
    public sealed record Every : PathSegment;

    /// <summary>The elements, or members, in which a member is a certain text: <c>[?@.name=='text']</c>.</summary>
    public sealed record Where(string[] Names, string Text) : PathSegment
    {
        public bool Holds(JsonElement element)
        {
            foreach (var name in Names)
            {
                if (element.ValueKind != JsonValueKind.Object || JsonFields.Find(element, name) is not { } member) return false;
                element = member;
            }

            return element.ValueKind is JsonValueKind.String or JsonValueKind.Number
                && JsonFields.Scalar(element, Names[^1]).Equals(Text, StringComparison.OrdinalIgnoreCase);
        }
    }
}
