using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Ccr.Core.Events.Json;

/// <summary>An event's JSON as a flat table of its values, in the order of the text.</summary>
/// <remarks>
/// Reading an event looks up dozens of members without regard to the case of their names. <see cref="JsonDocument"/> finds a member only by walking
/// over all before it, so that took ten times as long as the parsing; here a walk compares one number a member. The README has the figures.
/// </remarks>
internal sealed class EventJson : IDisposable
{
    private const int MaxDepth = 32;

    /// <summary>Up to here the names of an object are compared by their hashes, which nobody can make many collide in.</summary>
    private const int FewMembers = 64;

    private readonly ReadOnlyMemory<byte> _json;
    private Node[] _nodes;
    private int _count;

    private EventJson(ReadOnlyMemory<byte> json)
    {
        _json = json;
        _nodes = ArrayPool<Node>.Shared.Rent(Math.Max(16, json.Length / 12));
    }

    /// <summary>The outermost value. It, and all in it, may be used until this is disposed.</summary>
    public EventValue Root => new(this, 0);

    /// <summary>Parses UTF-8 text.</summary>
    /// <exception cref="JsonException">It is not JSON, or deeper than 32 levels; the exception has the place.</exception>
    /// <exception cref="EventFaultException">An object has a member twice.</exception>
    public static EventJson Parse(ReadOnlyMemory<byte> utf8)
    {
        var json = new EventJson(utf8);
        try
        {
            json.ReadAll();
            return json;
        }
        catch
        {
            json.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        ArrayPool<Node>.Shared.Return(_nodes);
        _nodes = [];
    }

    public ref readonly Node this[int index] => ref _nodes[index];

    /// <summary>The text between two places.</summary>
    public ReadOnlySpan<byte> Slice(int start, int length) => _json.Span.Slice(start, length);

    /// <summary>The text of a string, given by the place between its quotation marks.</summary>
    /// <exception cref="InvalidOperationException">It holds half of a surrogate pair.</exception>
    public string Unescape(int start, int length)
    {
        var reader = new Utf8JsonReader(Slice(start - 1, length + 2));
        reader.Read();
        return reader.GetString()!;
    }

    private void ReadAll()
    {
        var reader = new Utf8JsonReader(_json.Span, new JsonReaderOptions { MaxDepth = MaxDepth });
        Span<int> open = stackalloc int[MaxDepth];
        var depth = 0;
        var member = default(Node);
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    ReadName(in reader, ref member);
                    break;

                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    Close(open[--depth], (int)reader.BytesConsumed);
                    break;

                default:
                    if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) open[depth++] = _count;
                    AddValue(in reader, ref member);
                    break;
            }
        }
    }

    private void ReadName(in Utf8JsonReader reader, ref Node member)
    {
        var name = reader.ValueSpan;
        member.NameStart = (int)reader.TokenStartIndex + 1;
        member.NameLength = name.Length;
        member.NameIsPlain = !reader.ValueIsEscaped && Ascii.IsValid(name);
        member.NameHash = member.NameIsPlain ? MemberName.HashOf(name) : MemberName.HashOf(NameOf(in member));
    }

    private void AddValue(in Utf8JsonReader reader, ref Node member)
    {
        if (_count == _nodes.Length) Grow();

        ref var node = ref _nodes[_count++];
        node = member;
        node.Kind = KindOf(reader.TokenType);
        node.Start = (int)reader.TokenStartIndex + (node.Kind == JsonValueKind.String ? 1 : 0);
        node.Length = reader.ValueSpan.Length;
        node.IsEscaped = reader.ValueIsEscaped;
        node.End = _count;
        member = default;
    }

    private void Grow()
    {
        var larger = ArrayPool<Node>.Shared.Rent(_nodes.Length * 2);
        _nodes.CopyTo(larger, 0);
        ArrayPool<Node>.Shared.Return(_nodes);
        _nodes = larger;
    }

    private void Close(int container, int end)
    {
        ref var node = ref _nodes[container];
        node.End = _count;
        node.Length = end - node.Start;
        if (node.Kind == JsonValueKind.Object) RefuseTwins(container);
    }

    /// <summary>The name as text.</summary>
    /// <exception cref="EventFaultException">It holds half of a surrogate pair.</exception>
    public string NameOf(in Node node)
    {
        if (node.NameIsPlain) return Encoding.ASCII.GetString(Slice(node.NameStart, node.NameLength));
        try
        {
            return Unescape(node.NameStart, node.NameLength);
        }
        catch (InvalidOperationException)
        {
            throw new EventFaultException(EventReasons.NotText, "a member's name holds half a character (a lone surrogate)");
        }
    }

    /// <summary>Readers disagree on which of two members of the same name counts, so there may not be two.</summary>
    private void RefuseTwins(int container)
    {
        var end = _nodes[container].End;
        Span<int> hashes = stackalloc int[FewMembers];
        HashSet<string>? names = null;
        var count = 0;
        for (var i = container + 1; i < end; i = _nodes[i].End)
        {
            if (names is null && count < FewMembers)
            {
                if (hashes[..count].Contains(_nodes[i].NameHash) && HasTwinBefore(container, i)) throw Twice();
                hashes[count++] = _nodes[i].NameHash;
                continue;
            }

            names ??= NamesBefore(container, i);
            if (!names.Add(NameOf(in _nodes[i]))) throw Twice();
        }
    }

    private bool HasTwinBefore(int container, int member)
    {
        var name = NameOf(in _nodes[member]);
        for (var i = container + 1; i < member; i = _nodes[i].End)
        {
            if (_nodes[i].NameHash == _nodes[member].NameHash && NameOf(in _nodes[i]) == name) return true;
        }

        return false;
    }

    private HashSet<string> NamesBefore(int container, int member)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = container + 1; i < member; i = _nodes[i].End) names.Add(NameOf(in _nodes[i]));
        return names;
    }

    private static EventFaultException Twice() => new(EventReasons.DuplicateMember, "a member stands twice in the same object");

    private static JsonValueKind KindOf(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => JsonValueKind.Object,
        JsonTokenType.StartArray => JsonValueKind.Array,
        JsonTokenType.String => JsonValueKind.String,
        JsonTokenType.Number => JsonValueKind.Number,
        JsonTokenType.True => JsonValueKind.True,
        JsonTokenType.False => JsonValueKind.False,
        _ => JsonValueKind.Null,
    };

    /// <summary>A value, and its name if it is a member.</summary>
    [StructLayout(LayoutKind.Auto)]
    internal struct Node
    {
        public JsonValueKind Kind;

        /// <summary>Where the value begins: behind the quotation mark of a string.</summary>
        public int Start;

        /// <summary>How long it is, a string without its quotation marks.</summary>
        public int Length;

        /// <summary>The index of the value that follows after all that is in this one.</summary>
        public int End;

        public int NameStart;

        public int NameLength;

        public int NameHash;

        /// <summary>Whether the string has escape sequences.</summary>
        public bool IsEscaped;

        /// <summary>Whether the name is ASCII without escape sequences.</summary>
        public bool NameIsPlain;
    }
}
