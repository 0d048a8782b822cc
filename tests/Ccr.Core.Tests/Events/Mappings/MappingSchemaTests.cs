using System.Text;
using System.Text.Json.Nodes;
using Ccr.Core.Events.Mappings;
using CsCheck;

namespace Ccr.Core.Tests.Events.Mappings;

/// <summary>Holds our small reader of JSON Schema to an independent one.</summary>
public class MappingSchemaTests
{
    private static readonly NJsonSchema.JsonSchema Independent =
        NJsonSchema.JsonSchema.FromJsonAsync(Encoding.UTF8.GetString(EmbeddedFile.Read("mapping.schema.json"))).GetAwaiter().GetResult();

    public static TheoryData<string> BuiltIn => [.. EmbeddedFile.Mappings];

    [Theory]
    [MemberData(nameof(BuiltIn))]
    public void Schema_BuiltInMapping_IsValidForBoth(string name)
    {
        var json = EmbeddedFile.Read(name);

        MappingFile.Parse(json, out var faults);

        Assert.Empty(faults);
        Assert.Empty(Independent.Validate(Encoding.UTF8.GetString(json)));
    }

    [Fact]
    public void Schema_AnyMutationOfAMapping_IsJudgedAlike()
    {
        var mappings = EmbeddedFile.Mappings.Select(name => Encoding.UTF8.GetString(EmbeddedFile.Read(name))).ToArray();
        var valid = 0;
        var invalid = 0;

        Gen.Select(Gen.Int[0, mappings.Length - 1], Gen.UInt, Gen.Int[0, 5]).Sample(
            (mapping, place, mutation) =>
            {
                var json = Mutate(mappings[mapping], place, mutation);
                MappingFile.Parse(Encoding.UTF8.GetBytes(json), out var faults);
                var isValid = faults.Count == 0;

                Assert.True(isValid == (Independent.Validate(json).Count == 0), $"{(isValid ? "no fault" : faults[0].ToString())} in {json}");
                Interlocked.Increment(ref isValid ? ref valid : ref invalid);
            },
            iter: 3_000);

        Assert.True(valid > 100 && invalid > 100, $"{valid} were valid and {invalid} were not");
    }

    /// <summary>Removes, retypes, renames or empties any one value. Texts stay as they are: only ours knows their syntax.</summary>
    private static string Mutate(string json, uint place, int mutation)
    {
        var root = JsonNode.Parse(json)!;
        var nodes = new List<JsonNode>();
        Collect(root, nodes);
        var node = nodes[(int)(place % nodes.Count)];
        switch (mutation)
        {
            case 0 when node is JsonObject parent: parent.Remove(parent.First().Key); break;
            case 0 when node is JsonArray array: array.Clear(); break;
            case 1 when node is JsonObject parent: parent["surplus"] = "$.x"; break;
            case 2 when node is JsonArray array: array.Add(7); break;
            case 3 when node is JsonValue: node.ReplaceWith(false); break;
            case 4 when node is JsonObject parent: parent[parent.First().Key] = new JsonArray(); break;
            case 5 when node is JsonValue: node.ReplaceWith(""); break;
        }

        return root.ToJsonString();
    }

    private static void Collect(JsonNode node, List<JsonNode> nodes)
    {
        if (node is not JsonObject { Count: 0 }) nodes.Add(node);
        var children = node switch
        {
            JsonObject parent => parent.Select(member => member.Value!),
            JsonArray array => array.Select(element => element!),
            _ => [],
        };
        foreach (var child in children) Collect(child, nodes);
    }
}
