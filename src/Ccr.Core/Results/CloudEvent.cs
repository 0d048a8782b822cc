using System.Text.Json.Serialization;

namespace Ccr.Core.Results;

/// <summary>What this system writes on the results topic, as CloudEvents 1.0 carries it; the names of its attributes are all lower case.</summary>
public sealed record CloudEvent<T>(
    [property: JsonPropertyName("specversion")] string SpecVersion,
    string Type,
    string Source,
    string Id,
    string? Subject,
    DateTimeOffset Time,
    [property: JsonPropertyName("datacontenttype")] string DataContentType,
    T Data)
    where T : class;

internal static class CloudEvent
{
    public static CloudEvent<T> Of<T>(string type, string id, string? subject, DateTimeOffset time, T data)
        where T : class => new("1.0", type, "ccr", id, subject, time, "application/json", data);
}
