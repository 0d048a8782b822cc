using System.Text.Json;
using System.Text.RegularExpressions;

namespace Ccr.Core.Events.Mappings.Schema;

/// <summary>A fault in a file.</summary>
/// <param name="Line">The line, from 1.</param>
/// <param name="Key">The place, for example <c>machine[0].as</c>; empty for the whole file.</param>
/// <param name="Text">What is wrong, and what to write instead.</param>
internal sealed record SchemaFault(int Line, string Key, string Text);

/// <summary>
/// Validates by a JSON Schema (draft 7), of which it knows the keywords that our own schema uses and refuses others. The
/// description of each part of the schema says what to write there, and so it ends every fault.
/// </summary>
/// <remarks>
/// A library for this would bring a second JSON parser with it, or could not tell the line of a fault.
/// </remarks>
internal sealed class JsonSchema
{
    private static readonly TimeSpan PatternTimeout = TimeSpan.FromSeconds(1);

    private readonly JsonElement _root;
    private readonly IReadOnlyDictionary<string, Func<string, string?>> _formats;

    /// <param name="json">The schema.</param>
    /// <param name="formats">For each value of the keyword <c>format</c> what finds the fault in a text, or null.</param>
    public JsonSchema(ReadOnlySpan<byte> json, IReadOnlyDictionary<string, Func<string, string?>> formats)
    {
        _root = JsonElement.Parse(json);
        _formats = formats;
    }

    /// <summary>All faults of a value, in the file's order.</summary>
    public IReadOnlyList<SchemaFault> Validate(LocatedValue value)
    {
        var faults = new List<SchemaFault>();
        Validate(_root, value, "", faults);
        return faults;
    }

    private void Validate(JsonElement schema, LocatedValue value, string key, List<SchemaFault> faults)
    {
        if (schema.TryGetProperty("$ref", out var reference)) schema = Resolve(reference.GetString()!);

        var fault = FindFault(schema, value);
        if (fault is not null) faults.Add(new SchemaFault(value.Line, key, $"{fault}: write {schema.GetProperty("description").GetString()}."));
        else if (value.Kind == JsonValueKind.Object) ValidateMembers(schema, value, key, faults);
        else if (value.Kind == JsonValueKind.Array && schema.TryGetProperty("items", out var items)) ValidateElements(items, value, key, faults);
    }

    private static void AddIfAny(List<SchemaFault> faults, LocatedValue value, string key, string? fault)
    {
        if (fault is not null) faults.Add(new SchemaFault(value.Line, key, fault));
    }

    private void ValidateElements(JsonElement items, LocatedValue array, string key, List<SchemaFault> faults)
    {
        for (var i = 0; i < array.Elements.Count; i++) Validate(items, array.Elements[i], $"{key}[{i}]", faults);
    }

    private void ValidateMembers(JsonElement schema, LocatedValue parent, string key, List<SchemaFault> faults)
    {
        var known = schema.TryGetProperty("properties", out var properties) ? properties.EnumerateObject().ToDictionary(p => p.Name, p => p.Value) : [];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, value) in parent.Members)
        {
            var memberKey = key.Length == 0 ? name : $"{key}.{name}";
            if (!seen.Add(name)) AddIfAny(faults, value, memberKey, "it stands there twice: write it once.");
            else if (known.TryGetValue(name, out var member)) Validate(member, value, memberKey, faults);
            else AddIfAny(faults, value, memberKey, FindFaultOfOther(schema, name, known.Keys));

            if (!known.ContainsKey(name) && schema.TryGetProperty("additionalProperties", out var others) && others.ValueKind == JsonValueKind.Object)
                Validate(others, value, memberKey, faults);
        }

        if (!schema.TryGetProperty("required", out var required)) return;
        foreach (var name in required.EnumerateArray().Select(r => r.GetString()!).Where(name => !seen.Contains(name)))
        {
            var missing = known[name].TryGetProperty("$ref", out var reference) ? Resolve(reference.GetString()!) : known[name];
            faults.Add(new SchemaFault(parent.Line, key, $"the member '{name}' is missing: write {missing.GetProperty("description").GetString()}."));
        }
    }

    private string? FindFaultOfOther(JsonElement schema, string name, IEnumerable<string> known)
    {
        if (schema.TryGetProperty("propertyNames", out var names))
            return FindFormatFault(names, name) is { } fault ? $"{fault}: write {names.GetProperty("description").GetString()}." : null;
        return schema.TryGetProperty("additionalProperties", out var others) && others.ValueKind == JsonValueKind.False
            ? $"the member is not known: write one of {string.Join(", ", known)}."
            : null;
    }

    private string? FindFault(JsonElement schema, LocatedValue value)
    {
        foreach (var keyword in schema.EnumerateObject())
        {
            var fault = keyword.Name switch
            {
                "type" => IsOfType(keyword.Value, value.Kind) ? null : $"it is not of the type {TypeText(keyword.Value)}",
                "enum" => keyword.Value.EnumerateArray().Any(e => e.GetString() == value.Text) ? null : $"'{value.Text}' is not known",
                "minItems" => value.Kind != JsonValueKind.Array || value.Elements.Count >= keyword.Value.GetInt32() ? null : "it has too few elements",
                _ when value.Kind != JsonValueKind.String && IsAboutTexts(keyword.Name) => null,
                "minLength" => value.Text.Length >= keyword.Value.GetInt32() ? null : "it is empty",
                "maxLength" => value.Text.Length <= keyword.Value.GetInt32() ? null : $"it has {value.Text.Length} characters",
                "pattern" => Regex.IsMatch(value.Text, keyword.Value.GetString()!, RegexOptions.None, PatternTimeout) ? null : $"'{value.Text}' has another form",
                "format" => FindFormatFault(schema, value.Text),
                "$schema" or "title" or "description" or "definitions" => null,
                "properties" or "required" or "additionalProperties" or "propertyNames" or "items" => null,
                var other => throw new NotSupportedException($"The keyword '{other}' of JSON Schema is not supported here."),
            };
            if (fault is not null) return fault;
        }

        return null;
    }

    private string? FindFormatFault(JsonElement schema, string text) =>
        _formats[schema.GetProperty("format").GetString()!](text) is { } fault ? $"'{text}': {fault}" : null;

    /// <summary>JSON Schema asks these of texts alone; where a list may stand too, they say nothing of it.</summary>
    private static bool IsAboutTexts(string keyword) => keyword is "minLength" or "maxLength" or "pattern" or "format";

    private static bool IsOfType(JsonElement type, JsonValueKind kind) =>
        type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Any(one => KindOf(one.GetString()!) == kind) : KindOf(type.GetString()!) == kind;

    private static string TypeText(JsonElement type) =>
        type.ValueKind == JsonValueKind.Array ? string.Join(" or ", type.EnumerateArray().Select(one => one.GetString())) : type.GetString()!;

    private static JsonValueKind KindOf(string type) => type switch
    {
        "object" => JsonValueKind.Object,
        "array" => JsonValueKind.Array,
        "string" => JsonValueKind.String,
        _ => throw new NotSupportedException($"The type '{type}' of JSON Schema is not supported here."),
    };

    private JsonElement Resolve(string reference) =>
        _root.GetProperty("definitions").GetProperty(reference["#/definitions/".Length..]);
}
