using System.Text;
using System.Text.Json.Nodes;

namespace Ccr.Core.Tests.Events.Fuzz;

/// <summary>Changes sound events: their values and structure, or their bytes. The same numbers make the same change.</summary>
internal static class Mutation
{
    private const string Mark = "@@mark@@";

    /// <summary>Names of members that some format knows, or that no event may have.</summary>
    private static readonly string[] Surplus =
    [
        "extra", "machine", "site", "mp", "Url", "alerts", "rows", "event_id", "schemaId", "specversion", "eventType", "orgId",
    ];

    /// <summary>Changes one value, member or element of an event.</summary>
    public static string Structure(string json, uint place, uint kind, string hostile)
    {
        var root = JsonNode.Parse(json)!;
        var nodes = new List<JsonNode>();
        Collect(root, nodes);
        var node = nodes[(int)(place % (uint)nodes.Count)];
        switch (kind % 8)
        {
            case 0 when node.Parent is JsonObject parent: parent.Remove(node.GetPropertyName()); break;
            case 1 when node is JsonObject { Count: > 0 } parent: return AddTwin(root, parent, (int)(kind / 8 % (uint)parent.Count), hostile, (kind & 64) == 0);
            case 2 when node is JsonArray { Count: > 0 } array: Repeat(array, (int)(kind / 8 % 260)); break;
            case 3 when node is JsonArray array: array.Add(Mark); break;
            case 4 when node is JsonObject parent: parent[Surplus[kind / 8 % (uint)Surplus.Length]] = Mark; break;
            case 5: root = new JsonArray(root, JsonNode.Parse(json)); break;
            default:
                if (node.Parent is null) return hostile;
                node.ReplaceWith(Mark);
                break;
        }

        return root.ToJsonString().Replace($"\"{Mark}\"", hostile, StringComparison.Ordinal);
    }

    /// <summary>Changes a few bytes of an event.</summary>
    public static byte[] Bytes(byte[] body, uint[] places, byte[] values)
    {
        var bytes = body.ToList();
        for (var i = 0; i < places.Length && bytes.Count > 0; i++)
        {
            var at = (int)(places[i] % (uint)bytes.Count);
            switch (values[i] % 6)
            {
                case 0: bytes[at] = values[i]; break;
                case 1: bytes.Insert(at, values[i]); break;
                case 2: bytes.RemoveAt(at); break;
                case 3: bytes.RemoveRange(at, bytes.Count - at); break;
                case 4: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(values[i], bytes.Count - at))); break;
                case 5: bytes[at] ^= (byte)(1 << (values[i] % 8)); break;
            }
        }

        return [.. bytes];
    }

    /// <summary>Encodes an event as some senders do.</summary>
    public static byte[] Encode(string json, uint kind) => (kind % 32) switch
    {
        0 => [.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(json)],
        1 => [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(json)],
        2 => Encoding.BigEndianUnicode.GetBytes(json),
        3 => Encoding.Latin1.GetBytes(json),
        4 => Encoding.UTF8.GetBytes(json + new string(' ', 256 * 1024 - Math.Min(json.Length, 256 * 1024) + (int)(kind / 32 % 2))),
        _ => Encoding.UTF8.GetBytes(json),
    };

    /// <summary>A second member of the same name, or of the same name in other case.</summary>
    private static string AddTwin(JsonNode root, JsonObject parent, int index, string hostile, bool sameCase)
    {
        var name = parent.ElementAt(index).Key;
        parent[$"{Mark}twin"] = Mark;
        var twin = sameCase ? name : name.ToUpperInvariant();
        return root.ToJsonString()
            .Replace($"\"{Mark}twin\"", JsonValue.Create(twin).ToJsonString(), StringComparison.Ordinal)
            .Replace($"\"{Mark}\"", hostile, StringComparison.Ordinal);
    }

    private static void Repeat(JsonArray array, int times)
    {
        for (var i = 0; i < times; i++) array.Add(array[0]?.DeepClone());
    }

    private static void Collect(JsonNode node, List<JsonNode> nodes)
    {
        nodes.Add(node);
        var children = node switch
        {
            JsonObject parent => parent.Select(member => member.Value),
            JsonArray array => array,
            _ => Enumerable.Empty<JsonNode?>(),
        };
        foreach (var child in children.OfType<JsonNode>()) Collect(child, nodes);
    }
}
