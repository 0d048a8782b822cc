using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Ccr.Infra.Tests.Support;

/// <summary>What a deployment comes to.</summary>
internal sealed partial class Deployment(JsonElement snapshot)
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Dictionary<string, string> Roles = new(StringComparer.Ordinal)
    {
        ["4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0"] = "Service Bus Data Receiver",
        ["69a216fc-b8fb-44d8-bc22-1f3c2cd27a39"] = "Service Bus Data Sender",
        ["ba92f5b4-2d11-453d-a403-e96b0029c9fe"] = "Storage Blob Data Contributor",
        ["b7e6dc6d-f1e8-4753-8033-0f276bb0955b"] = "Storage Blob Data Owner",
        ["76199698-9eea-4c19-bc75-cec21354c6b6"] = "Storage Table Data Reader",
        ["0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3"] = "Storage Table Data Contributor",
        ["26baccc8-eea7-41f1-98f4-1762cc7f685d"] = "Azure Relay Sender",
        ["26e0b698-aa6d-4085-9386-aadae190014d"] = "Azure Relay Listener",
        ["4633458b-17de-408a-b874-0445c86b69e6"] = "Key Vault Secrets User",
        ["b86a8fe4-44ce-4948-aee5-eccb2c155cd7"] = "Key Vault Secrets Officer",
        ["73c42c96-874c-492b-b04d-ab87d138a893"] = "Log Analytics Reader",
        ["3913510d-42f4-4e42-8a64-420c390055eb"] = "Monitoring Metrics Publisher",
    };

    public IReadOnlyList<Resource> Resources { get; } =
        [.. snapshot.GetProperty("predictedResources").EnumerateArray().Select(resource => new Resource(resource))];

    public IEnumerable<Resource> OfType(string type) => Resources.Where(resource => resource.Type == type);

    public Resource App => OfType("Microsoft.Web/sites").Single();

    public Resource Settings =>
        OfType("Microsoft.Web/sites/config").Single(config => config.Name.EndsWith("/appsettings", StringComparison.Ordinal));

    /// <summary>Each role that is given: which, on what, for what purpose. A role that is not listed here is not expected.</summary>
    public IEnumerable<(string Role, string Scope, string Purpose)> RoleAssignments() => OfType("Microsoft.Authorization/roleAssignments").Select(each => (
        Roles[each.Property("roleDefinitionId")!.Split('/')[^1]],
        Scope(each.Id),
        each.Property("description")!));

    /// <summary>What a role is on. The id of whoever deploys is known to the deployment only; then the rest of the id is an expression.</summary>
    private static string Scope(string id)
    {
        const string Unknown = "[extensionResourceId('";
        var scope = id.StartsWith(Unknown, StringComparison.Ordinal) ? id[Unknown.Length..].Split('\'')[0] : id[..id.LastIndexOf("/providers/", StringComparison.Ordinal)];
        return scope[(scope.IndexOf("/providers/", StringComparison.Ordinal) + "/providers/".Length)..];
    }

    /// <summary>The types and names of all resources and the role assignments, one a line.</summary>
    public string Outline()
    {
        var lines = Resources.Where(
            resource => resource.Type != "Microsoft.Authorization/roleAssignments").Select(resource => $"{resource.Type} {resource.Name}")
            .Concat(RoleAssignments().Select(each => $"role {each.Role} on {each.Scope}: {each.Purpose}"));
        return string.Join('\n', lines.Select(line => Hash().Replace(line, "<unique>")).Order(StringComparer.Ordinal)) + "\n";
    }

    /// <summary>
    /// Every resource with its properties, as JSON: what can be told without Azure of what a deployment would make. A value that only the deployment
    /// knows, such as a host name, is a placeholder.
    /// </summary>
    public string Resolved()
    {
        var resources = Resources.Where(resource => resource.Type != "Microsoft.Authorization/roleAssignments")
            .Select(resource => (Name: $"{resource.Type} {resource.Id}", Json: Settle(JsonNode.Parse(resource.Text)!)))
            .OrderBy(resource => resource.Name, StringComparer.Ordinal);
        return Hash().Replace(new JsonArray([.. resources.Select(resource => resource.Json)]).ToJsonString(Readable), "<unique>")
            .ReplaceLineEndings("\n") + "\n";
    }

    private static JsonNode? Settle(JsonNode? node) => node switch
    {
        JsonObject json => new JsonObject(json.Where(member => member.Value is not null).Select(member => KeyValuePair.Create(
            IsExpression(member.Key) ? "<at deployment>" : member.Key, member.Key == "serializedData" ? "<workbook.json>" : Settle(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Settle)]),
        JsonValue value when value.GetValueKind() == JsonValueKind.String && IsExpression(value.GetValue<string>()) => "<at deployment>",
        _ => node?.DeepClone(),
    };

    private static bool IsExpression(string text) => text.StartsWith('[') && text.EndsWith(']');

    [GeneratedRegex("7ulcqxxw|[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", RegexOptions.NonBacktracking)]
    private static partial Regex Hash();
}

/// <summary>One resource of it.</summary>
internal sealed class Resource(JsonElement json)
{
    public string Id => json.GetProperty("id").GetString()!;

    public string Type => json.GetProperty("type").GetString()!;

    public string Name => json.GetProperty("name").GetString()!;

    public string Kind => json.GetProperty("kind").GetString()!;

    public string Sku => json.GetProperty("sku").GetProperty("name").GetString()!;

    public string Text => json.GetRawText();

    public JsonElement Properties => json.GetProperty("properties");

    /// <summary>A property as text, or null.</summary>
    public string? Property(string name) => Properties.TryGetProperty(name, out var value) ? value.ToString() : null;
}
