using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;

namespace Ccr.EmbeddedServiceBus.Configuration;

/// <summary>Reads one JSON object by its known keys; what is missing, unknown or of the wrong kind becomes a fault.</summary>
internal sealed partial class JsonObjectReader
{
    private readonly Dictionary<string, JsonElement> _unread = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _known = [];
    private readonly List<ConfigFault> _faults;

    public JsonObjectReader(JsonElement element, string path, List<ConfigFault> faults)
    {
        (Path, _faults) = (path, faults);
        if (element.ValueKind != JsonValueKind.Object)
        {
            Fault(path, $"is {Kind(element)}; write an object {{ … }}");
            return;
        }

        foreach (var property in element.EnumerateObject())
        {
            if (!_unread.TryAdd(property.Name, property.Value))
                Fault($"{path}.{property.Name}", "is given twice; keep one");
        }
    }

    public string Path { get; }

    public void Fault(string path, string message) => _faults.Add(new ConfigFault(path, message));

    /// <summary>Faults every key that nobody asked for.</summary>
    public void End()
    {
        foreach (var key in _unread.Keys)
            Fault($"{Path}.{key}", $"is not a setting here; known are {string.Join(", ", _known)}");
    }

    public string? Text(string key, bool required = false)
    {
        var element = Take(key, required);
        if (element is null or { ValueKind: JsonValueKind.String })
            return element?.GetString();
        Fault($"{Path}.{key}", $"is {Kind(element.Value)}; write a text in quotes");
        return null;
    }

    public bool Flag(string key)
    {
        var element = Take(key);
        if (element is null or { ValueKind: JsonValueKind.True or JsonValueKind.False })
            return element?.GetBoolean() ?? false;
        Fault($"{Path}.{key}", $"is {Kind(element.Value)}; write true or false, without quotes");
        return false;
    }

    public int Number(string key, int defaultValue, int minimum, int maximum)
    {
        var element = Take(key);
        if (element is null)
            return defaultValue;
        if (element.Value.ValueKind == JsonValueKind.Number && element.Value.TryGetInt32(out var number) && number >= minimum && number <= maximum)
            return number;

        Fault($"{Path}.{key}", $"is {element.Value.GetRawText()}; write a whole number from {minimum} to {maximum}");
        return defaultValue;
    }

    public TimeSpan Duration(string key, string defaultValue, string minimum, string maximum)
    {
        var text = Text(key);
        if (text is null)
            return XmlConvert.ToTimeSpan(defaultValue);
        if (WholeUnits().IsMatch(text) && TryParse(text, out var duration)
            && duration >= XmlConvert.ToTimeSpan(minimum) && duration <= XmlConvert.ToTimeSpan(maximum))
        {
            return duration;
        }

        Fault($"{Path}.{key}", $"is \"{text}\"; write an ISO 8601 duration from {minimum} to {maximum}");
        return XmlConvert.ToTimeSpan(defaultValue);
    }

    public JsonObjectReader? Object(string key, bool required = false)
    {
        var element = Take(key, required);
        return element is null ? null : new JsonObjectReader(element.Value, $"{Path}.{key}", _faults);
    }

    public IReadOnlyList<JsonObjectReader> Objects(string key, bool required = false)
    {
        var element = Take(key, required);
        if (element is null)
            return [];
        if (element.Value.ValueKind == JsonValueKind.Array)
            return [.. element.Value.EnumerateArray().Select((item, i) => new JsonObjectReader(item, $"{Path}.{key}[{i}]", _faults))];
        Fault($"{Path}.{key}", $"is {Kind(element.Value)}; write a list [ … ]");
        return [];
    }

    /// <summary>Takes all keys that are left, whatever their names.</summary>
    public IReadOnlyDictionary<string, JsonElement> Rest()
    {
        var rest = new Dictionary<string, JsonElement>(_unread, StringComparer.Ordinal);
        _unread.Clear();
        return rest;
    }

    private JsonElement? Take(string key, bool required = false)
    {
        _known.Add(key);
        if (_unread.Remove(key, out var element) && element.ValueKind != JsonValueKind.Null)
            return element;
        if (required)
            Fault($"{Path}.{key}", "is missing");
        return null;
    }

    private static string Kind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };

    private static bool TryParse(string text, out TimeSpan duration)
    {
        try
        {
            duration = XmlConvert.ToTimeSpan(text);
            return true;
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            duration = default;
            return false;
        }
    }

    [GeneratedRegex(@"^P(\d{1,9}[YMD])*(T(\d{1,9}[HMS])+)?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WholeUnits();
}
