using System.Text;
using System.Text.Json;

namespace Ccr.Core.Events.Json;

/// <summary>A value in an event's JSON. The default stands for one that is not there.</summary>
internal readonly struct EventValue(EventJson? json, int index)
{
    /// <summary>What it is; undefined when it is not there.</summary>
    public JsonValueKind Kind => json is null ? JsonValueKind.Undefined : json[index].Kind;

    /// <summary>Whether there is a value, and it is not null.</summary>
    public bool IsPresent => Kind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    /// <summary>Whether it is a text that says nothing.</summary>
    public bool IsBlank => Kind == JsonValueKind.String && RawBytes.Trim(" \t"u8).IsEmpty;

    /// <summary>How many elements an array has.</summary>
    public int Count
    {
        get
        {
            var count = 0;
            foreach (var _ in Children) count++;
            return count;
        }
    }

    /// <summary>The members of an object, or the elements of an array.</summary>
    public ChildEnumerable Children => new(json!, index);

    /// <summary>The member's name.</summary>
    /// <exception cref="EventFaultException">It holds half of a surrogate pair.</exception>
    public string Name => json!.NameOf(in json[index]);

    /// <summary>The JSON text; of a string what is between its quotation marks.</summary>
    public string RawText => Encoding.UTF8.GetString(RawBytes);

    /// <summary>The same in UTF-8; empty when it is not there.</summary>
    public ReadOnlySpan<byte> RawBytes => json is null ? default : json.Slice(json[index].Start, json[index].Length);

    /// <summary>Whether both stand in one JSON text.</summary>
    public bool IsInSameTextAs(EventValue other) => other.IsIn(json);

    /// <summary>An object's member, which is not there when it is null.</summary>
    /// <exception cref="EventFaultException">It is there twice, in different case.</exception>
    public EventValue Find(MemberName name)
    {
        if (Kind != JsonValueKind.Object) return default;

        var found = 0;
        var end = json![index].End;
        for (var i = index + 1; i < end; i = json[i].End)
        {
            if (json[i].NameHash != name.Hash || !new EventValue(json, i).HasName(name.Text)) continue;
            if (found != 0) throw new EventFaultException(EventReasons.DuplicateMember, $"the member '{name.Text}' stands there twice, in different case");
            found = i;
        }

        return found == 0 || json[found].Kind == JsonValueKind.Null ? default : new EventValue(json, found);
    }

    /// <summary>The text of a string.</summary>
    /// <param name="place">Where it is, for the fault.</param>
    /// <exception cref="EventFaultException">It holds half of a surrogate pair.</exception>
    public string Text(string place)
    {
        ref readonly var node = ref json![index];
        if (!node.IsEscaped) return Encoding.UTF8.GetString(json.Slice(node.Start, node.Length));
        try
        {
            return json.Unescape(node.Start, node.Length);
        }
        catch (InvalidOperationException)
        {
            throw new EventFaultException(EventReasons.NotText, $"the member '{place}' holds half a character (a lone surrogate)");
        }
    }

    /// <summary>Whether it is a member of this name, without regard to case.</summary>
    public bool IsNamed(MemberName name) => json![index].NameHash == name.Hash && HasName(name.Text);

    private bool IsIn(EventJson? text) => ReferenceEquals(json, text);

    private bool HasName(string name)
    {
        ref readonly var node = ref json![index];
        return node.NameIsPlain
            ? Ascii.EqualsIgnoreCase(json.Slice(node.NameStart, node.NameLength), name)
            : json.NameOf(in node).Equals(name, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Members or elements.</summary>
    public readonly struct ChildEnumerable(EventJson json, int parent)
    {
        public ChildEnumerator GetEnumerator() => new(json, parent);
    }

    /// <summary>Goes over members or elements.</summary>
    public struct ChildEnumerator(EventJson json, int parent)
    {
        private readonly int _end = json[parent].End;
        private int _at;

        public readonly EventValue Current => new(json, _at);

        public bool MoveNext()
        {
            _at = _at == 0 ? parent + 1 : json[_at].End;
            return _at < _end;
        }
    }
}
