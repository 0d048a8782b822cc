using System.Text.Json;
using Ccr.Core.Events.Json;

namespace Ccr.Core.Events.Mappings;

/// <summary>One step of a <see cref="JsonPath"/>.</summary>
internal abstract record PathSegment
{
    private PathSegment()
    {
    }

    /// <summary>A member: <c>.name</c> or <c>['name']</c>; of <c>['one','other']</c> the first that has a value.</summary>
    public sealed record Members(MemberName[] Names) : PathSegment;

    /// <summary>One element of an array, from its end when negative: <c>[0]</c>, <c>[-1]</c>.</summary>
    public sealed record Element(int Index) : PathSegment;

    /// <summary>All elements of an array: <c>[*]</c>, <c>.*</c>.</summary>
    public sealed record Every : PathSegment;

    /// <summary>The elements of an array in which a member is a certain text: <c>[?@.name=='text']</c>.</summary>
    public sealed record Where(MemberName[] Names, string Text) : PathSegment
    {
        public bool Holds(EventValue element)
        {
            foreach (var name in Names)
            {
                element = element.Find(name);
            }

            return element.Kind is JsonValueKind.String or JsonValueKind.Number
                && JsonFields.Scalar(element, Names[^1].Text).Equals(Text, StringComparison.OrdinalIgnoreCase);
        }
    }
}
