using System.Text.Json;

namespace Ccr.Core.Events.Mappings.Schema;

/// <summary>A JSON value that knows the line it stands on, so that a fault in a file can be found.</summary>
internal sealed record LocatedValue(JsonValueKind Kind, int Line)
{
    /// <summary>The text of a string.</summary>
    public string Text { get; init; } = "";

    /// <summary>An object's members, in the file's order; a name may be there twice.</summary>
    public List<(string Name, LocatedValue Value)> Members { get; } = [];

    /// <summary>An array's elements.</summary>
    public List<LocatedValue> Elements { get; } = [];

    /// <summary>Reads JSON text.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static LocatedValue Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 16 });
        var lines = new LineCounter(json);
        reader.Read();
        var value = Read(ref reader, ref lines);

        // Whatever follows the value is a fault that only this finds.
        reader.Read();
        return value;
    }

    private static LocatedValue Read(ref Utf8JsonReader reader, ref LineCounter lines)
    {
        var line = lines.LineAt(reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var parent = new LocatedValue(JsonValueKind.Object, line);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var name = reader.GetString()!;
                    reader.Read();
                    parent.Members.Add((name, Read(ref reader, ref lines)));
                }

                return parent;

            case JsonTokenType.StartArray:
                var array = new LocatedValue(JsonValueKind.Array, line);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) array.Elements.Add(Read(ref reader, ref lines));
                return array;

            case JsonTokenType.String:
                return new LocatedValue(JsonValueKind.String, line) { Text = reader.GetString()! };

            case JsonTokenType.Number:
                return new LocatedValue(JsonValueKind.Number, line);

            case var token:
                return new LocatedValue(
                    token switch { JsonTokenType.True => JsonValueKind.True, JsonTokenType.False => JsonValueKind.False, _ => JsonValueKind.Null }, line);
        }
    }

    /// <summary>Turns growing byte positions into line numbers, from 1.</summary>
    private ref struct LineCounter(ReadOnlySpan<byte> json)
    {
        private readonly ReadOnlySpan<byte> _json = json;
        private int _counted;
        private int _line = 1;

        public int LineAt(long position)
        {
            _line += _json[_counted..(int)position].Count((byte)'\n');
            _counted = (int)position;
            return _line;
        }
    }
}
