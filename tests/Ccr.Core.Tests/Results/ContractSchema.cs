using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Ccr.Core.Results;

namespace Ccr.Core.Tests.Results;

/// <summary>The JSON Schema of a message of the results topic, made from the types that write it and from their documentation.</summary>
internal static partial class ContractSchema
{
    /// <summary>The attributes of CloudEvents, which have no documentation of their own in the source.</summary>
    private static readonly Dictionary<string, string> Attributes = new(StringComparer.Ordinal)
    {
        ["specversion"] = "The version of CloudEvents.",
        ["type"] = "What the message is.",
        ["source"] = "Who wrote it. The source of the event is in data.",
        ["id"] = "The id, which is the message id as well. A message with the same id is the same message.",
        ["subject"] = "The machine, when it is known.",
        ["time"] = "The time of the data.",
        ["datacontenttype"] = "What data is.",
        ["data"] = "The result or verification itself.",
    };

    private static readonly Lazy<Dictionary<string, string>> Documentation = new(ReadDocumentation);

    private static readonly NullabilityInfoContext Nullability = new();

    public static JsonObject Of(JsonTypeInfo type, string cloudEventType)
    {
        var options = new JsonSchemaExporterOptions { TransformSchemaNode = (context, node) => Complete(context, node.AsObject(), cloudEventType) };
        var schema = type.GetJsonSchemaAsNode(options).AsObject();
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", cloudEventType);
        schema.Insert(2, "description", "One message of the topic ccr-results. Members may be added: a reader passes over those that it does not know.");
        return schema;
    }

    private static JsonObject Complete(JsonSchemaExporterContext context, JsonObject node, string cloudEventType)
    {
        // What is null is not written at all.
        if (node["type"] is JsonArray types) node["type"] = types.Select(each => each!.GetValue<string>()).First(each => each != "null");
        if (node["enum"] is JsonArray names)
        {
            node["enum"] = new JsonArray([.. names.Where(name => name is not null).Select(name => name!.DeepClone())]);
            node["type"] = "string";
        }

        node.Remove("required");
        node.Remove("default");
        if (context.TypeInfo.Kind == JsonTypeInfoKind.Object)
            node["required"] = new JsonArray([.. context.TypeInfo.Properties.Where(IsAlwaysWritten).Select(property => JsonValue.Create(property.Name))]);
        if (context.PropertyInfo is not { } property) return node;

        var fixedValue = property.DeclaringType is { IsGenericType: true } declaring && declaring.GetGenericTypeDefinition() == typeof(CloudEvent<>)
            ? property.Name switch
            {
                "specversion" => "1.0",
                "type" => cloudEventType,
                "source" => "ccr",
                "datacontenttype" => "application/json",
                _ => null,
            }
            : null;
        if (fixedValue is not null) node["enum"] = new JsonArray(fixedValue);
        if (property.Name == "reason") node["pattern"] = "^CCR[0-9]{4}$";
        node.Insert(0, "description", DescriptionOf(property));
        return node;
    }

    private static bool IsAlwaysWritten(JsonPropertyInfo property)
    {
        var member = (PropertyInfo)property.AttributeProvider!;
        return member.GetCustomAttribute<JsonIgnoreAttribute>() is null && Nullability.Create(member).ReadState == NullabilityState.NotNull;
    }

    private static string DescriptionOf(JsonPropertyInfo property)
    {
        var member = (PropertyInfo)property.AttributeProvider!;
        return Documentation.Value.GetValueOrDefault($"P:{member.DeclaringType!.FullName}.{member.Name}") ?? Attributes[property.Name];
    }

    /// <summary>The summaries of the library, as the compiler wrote them beside it.</summary>
    private static Dictionary<string, string> ReadDocumentation() => XDocument
        .Load(Path.ChangeExtension(typeof(ReinstallResult).Assembly.Location, ".xml")).Descendants("member")
        .Where(member => member.Element("summary") is not null)
        .ToDictionary(member => member.Attribute("name")!.Value, member => Space().Replace(TextOf(member.Element("summary")!), " ").Trim());

    private static string TextOf(XElement summary) => string.Concat(summary.Nodes().Select(node => node switch
    {
        XElement { Name.LocalName: "see" } see => see.Attribute("cref")!.Value.Split('.')[^1],
        XElement element => TextOf(element),
        _ => node.ToString(),
    }));

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Space();
}
