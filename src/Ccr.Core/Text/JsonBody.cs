using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Ccr.Core.Text;

/// <summary>Bodies of messages that anybody may have written.</summary>
internal static class JsonBody
{
    /// <summary>Reads a body; null when it is not of that form.</summary>
    public static T? Read<T>(ReadOnlySpan<byte> body, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(body, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
