using System.Collections;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Ccr.Agent;
using Ccr.Core;
using Ccr.Core.Configuration;
using Ccr.Hosting;
using Ccr.Hosting.Processing;
using Ccr.Hosting.Relay;
using Ccr.Hosting.ServiceBus;
using Microsoft.Extensions.Configuration;

namespace Ccr.EndToEnd.Tests.Support;

/// <summary>Makes the JSON Schema of a configuration file from its options: types, defaults, and what their documentation says.</summary>
internal static partial class SettingsSchema
{
    private static readonly Dictionary<string, string> Documentation = new[] { typeof(CcrOptions), typeof(LedgerStoreOptions), typeof(AgentOptions) }
        .SelectMany(type => XDocument.Load(Path.ChangeExtension(type.Assembly.Location, ".xml")).Descendants("member"))
        .Where(member => member.Element("summary") is not null)

        // What the compiler writes to bind settings is in each of them.
        .DistinctBy(member => member.Attribute("name")!.Value, StringComparer.Ordinal)
        .ToDictionary(member => member.Attribute("name")!.Value, member => TextOf(member.Element("summary")!), StringComparer.Ordinal);

    public static JsonObject OfProcessor() => Of("The configuration of the processor, of ccr process and of ccr check", new()
    {
        [CcrOptions.Section] = typeof(CcrOptions),
        [ServiceBusOptions.Section] = typeof(ServiceBusOptions),
        [LedgerStoreOptions.Section] = typeof(LedgerStoreOptions),
        [ProcessingOptions.Section] = typeof(ProcessingOptions),
    });

    public static JsonObject OfAgent() => Of("The configuration of an agent", new()
    {
        [AgentOptions.Section] = typeof(AgentOptions),
        [CcrOptions.Section] = typeof(CcrOptions),
        [ServiceBusOptions.Section] = typeof(ServiceBusOptions),
    });

    private static JsonObject Of(string title, Dictionary<string, Type> sections)
    {
        var properties = new JsonObject { ["$schema"] = new JsonObject { ["type"] = "string" } };
        foreach (var (name, type) in sections)
        {
            var section = Of(type, type.GetConstructor([]) is null ? null : Activator.CreateInstance(type));
            section["description"] = Documentation[$"T:{type.FullName}"];

            // The value of this section may be the connection string itself.
            if (type == typeof(ServiceBusOptions)) section["type"] = new JsonArray("object", "string");
            properties[name] = section;
        }

        return new JsonObject { ["$schema"] = "http://json-schema.org/draft-07/schema#", ["title"] = title, ["type"] = "object", ["properties"] = properties };
    }

    private static JsonObject Of(Type type, object? instance)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(IConfigurationSection)) type = typeof(RelayOptions);
        if (type == typeof(bool)) return new JsonObject { ["type"] = "boolean" };
        if (type == typeof(int) || type == typeof(long)) return new JsonObject { ["type"] = "integer" };
        if (type == typeof(double)) return new JsonObject { ["type"] = "number" };
        if (type == typeof(TimeSpan)) return new JsonObject { ["type"] = "string", ["pattern"] = @"^(\d+\.)?\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$" };
        if (type.IsEnum) return new JsonObject { ["enum"] = new JsonArray([.. Enum.GetNames(type).Select(name => JsonValue.Create(name))]) };
        if (type == typeof(string) || type == typeof(Uri) || type.IsValueType) return new JsonObject { ["type"] = "string" };
        if (ArgumentsOf(type, typeof(IDictionary<,>)) is [_, var value])
            return new JsonObject { ["type"] = "object", ["additionalProperties"] = Of(value, NewOf(value)) };
        if (ArgumentsOf(type, typeof(IEnumerable<>)) is [var element]) return new JsonObject { ["type"] = "array", ["items"] = Of(element, NewOf(element)) };

        instance ??= NewOf(type);
        var properties = new JsonObject();
        var settings = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(IsSetting);
        foreach (var property in settings.OrderBy(each => each.Name, StringComparer.Ordinal))
            properties[property.Name] = Of(property, instance is null ? null : property.GetValue(instance));
        return new JsonObject { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
    }

    private static JsonObject Of(PropertyInfo property, object? value)
    {
        var schema = Of(property.PropertyType, value);
        if (property.GetCustomAttribute<PairsAttribute>() is { } pairs) schema = WithPairs(schema, pairs);
        if (Documentation.TryGetValue($"P:{property.DeclaringType!.FullName}.{property.Name}", out var text)) schema["description"] = text;
        var standard = value switch
        {
            null => null,
            bool flag => JsonValue.Create(flag),
            int or long => JsonValue.Create(Convert.ToInt64(value, null)),
            double number => JsonValue.Create(number),
            TimeSpan time => JsonValue.Create(time.ToString("c")),

            // The name of this computer is not another's.
            string name when name != Environment.MachineName => JsonValue.Create(name),
            Enum name => JsonValue.Create(name.ToString()),
            _ => null,
        };
        if (standard is not null) schema["default"] = standard;
        return schema;
    }

    /// <summary>The same settings as a list, whose entries have the key as a value.</summary>
    private static JsonObject WithPairs(JsonObject byKey, PairsAttribute pairs)
    {
        var entry = byKey["additionalProperties"]!.DeepClone().AsObject();
        if (pairs.Value is not null)
            entry = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { [pairs.Value] = entry }, ["additionalProperties"] = false };
        entry["properties"]!.AsObject().Insert(0, pairs.Key, new JsonObject { ["type"] = "string" });
        entry["required"] = new JsonArray(pairs.Key);
        byKey["type"] = new JsonArray("object", "array");
        byKey["items"] = entry;
        return byKey;
    }

    /// <summary>What can be set, or be added to; not what is worked out from it.</summary>
    private static bool IsSetting(PropertyInfo property) => property.SetMethod is { IsPublic: true }
        || (property.PropertyType != typeof(string) && (property.PropertyType.IsClass || typeof(IEnumerable).IsAssignableFrom(property.PropertyType)));

    private static object? NewOf(Type type) => type.IsClass && type.GetConstructor([]) is not null ? Activator.CreateInstance(type) : null;

    private static Type[]? ArgumentsOf(Type type, Type open) =>
        type.GetInterfaces().Append(type).FirstOrDefault(each => each.IsGenericType && each.GetGenericTypeDefinition() == open)?.GetGenericArguments();

    private static string TextOf(XElement summary)
    {
        foreach (var reference in summary.Descendants().Where(each => each.Attribute("cref") is not null).ToList())
            reference.ReplaceWith(reference.Attribute("cref")!.Value.Split('.')[^1]);
        return Space().Replace(summary.Value, " ").Trim();
    }

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Space();
}
