using System.Text.Json;
using System.Text.Json.Serialization;
using Ccr.Core.Events.HostNames;
using Ccr.Core.Events.Mappings.Schema;
using Ccr.Core.Machines;

namespace Ccr.Core.Events.Mappings;

/// <summary>A mapping as it stands in its file; <c>mapping.schema.json</c> says what each member means.</summary>
internal sealed record MappingFile
{
    private static readonly Lazy<JsonSchema> Schema = new(() => new JsonSchema(EmbeddedFile.Read("mapping.schema.json"), new Dictionary<string, Func<string, string?>>
    {
        ["json-path"] = text => JsonPath.TryParse(text, out _, out var fault) ? null : fault,
        ["selector"] = text => Selector.TryParse(text, out _, out var fault) ? null : fault,
        ["dns-suffix"] = DnsSuffix.FindFault,
        ["domain-or-empty"] = text => text.Length == 0 || DomainName.TryParse(text, out _, out var fault) ? null : fault,
    }));

    public required string Source { get; init; }

    public string? Title { get; init; }

    public required ConditionEntry[] Recognise { get; init; }

    public string? Each { get; init; }

    public StateEntry[]? State { get; init; }

    public required MachineEntry[] Machine { get; init; }

    [JsonConverter(typeof(OneOrMoreTexts))]
    public string[]? Domain { get; init; }

    [JsonConverter(typeof(OneOrMoreTexts))]
    public string[]? Site { get; init; }

    public IgnoreEntry[]? Ignore { get; init; }

    public string[]? Id { get; init; }

    public TimeEntry[]? Time { get; init; }

    public string? Severity { get; init; }

    public string? Rule { get; init; }

    public string? Reason { get; init; }

    public string? LeftOut { get; init; }

    public OnlyEntry? Only { get; init; }

    public Dictionary<string, string>? DnsSuffixes { get; init; }

    /// <summary>Reads a mapping; there are faults, or there is a mapping.</summary>
    public static MappingFile? Parse(ReadOnlySpan<byte> json, out IReadOnlyList<SchemaFault> faults)
    {
        if (json.StartsWith("\uFEFF"u8)) json = json["\uFEFF"u8.Length..];
        try
        {
            faults = Schema.Value.Validate(LocatedValue.Parse(json));
            return faults.Count == 0 ? JsonSerializer.Deserialize(json, MappingJson.Default.MappingFile) : null;
        }
        catch (JsonException fault)
        {
            faults = [new SchemaFault((int)(fault.LineNumber ?? 0) + 1, "", $"it is not JSON at byte {fault.BytePositionInLine + 1} of the line: correct it.")];
            return null;
        }
        catch (InvalidOperationException)
        {
            faults = [new SchemaFault(1, "", "it holds half a character (a lone surrogate): correct the escape sequence \\uD8.. or \\uDC...")];
            return null;
        }
    }
}

internal sealed record ConditionEntry(string At, string[]? Is = null, string[]? Like = null, string? Kind = null);

internal sealed record IgnoreEntry(string At, string As, string[]? Is = null, string[]? Like = null, string? Kind = null, string? Because = null);

internal sealed record StateEntry(string At, string[] Fired, string[]? Resolved = null, string[]? Ignored = null, string? IfMissing = null);

internal sealed record MachineEntry(string At, string As, string[]? Of = null, ConditionEntry? Unless = null);

internal sealed record TimeEntry(string At, string Format);

internal sealed record OnlyEntry(string[]? Severities = null, string[]? Rules = null);

/// <summary>One text, or a list of texts.</summary>
internal sealed class OneOrMoreTexts : JsonConverter<string[]>
{
    public override string[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String) return [reader.GetString()!];

        var texts = new List<string>();
        while (reader.Read() && reader.TokenType == JsonTokenType.String) texts.Add(reader.GetString()!);
        return [.. texts];
    }

    public override void Write(Utf8JsonWriter writer, string[] value, JsonSerializerOptions options) => throw new NotSupportedException("Mappings are only read.");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(MappingFile))]
internal sealed partial class MappingJson : JsonSerializerContext;
