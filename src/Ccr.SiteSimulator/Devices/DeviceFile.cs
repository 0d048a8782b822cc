using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ccr.SiteSimulator.Devices;

/// <summary>The fate of the machines whose name fits a pattern with * and ?.</summary>
internal sealed record FateRule(string Pattern, DeviceFate Fate);

/// <summary>The content of a file of devices. README.md beside this project describes it.</summary>
internal sealed record DeviceFile
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        AllowTrailingCommas = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new FateConverter(), new JsonStringEnumConverter<ReturnsAs>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
    };

    /// <summary>Whether a machine that is named and not known becomes a device.</summary>
    public bool AddUnknown { get; init; } = true;

    /// <summary>The domain of a device that does not say one.</summary>
    public string Domain { get; init; } = "CORP";

    /// <summary>The fates of devices that do not say one; the first pattern that fits applies.</summary>
    public IReadOnlyList<FateRule> Fates { get; init; } = [];

    public IReadOnlyList<SimulatedDevice> Devices { get; init; } = [];

    /// <exception cref="FormatException">It is not in the form; the message says where.</exception>
    public static DeviceFile Parse(string json)
    {
        try
        {
            var file = JsonSerializer.Deserialize<DeviceFile>(json, Json) ?? throw new FormatException("It holds nothing; write an object, such as {}.");
            var twice = file.Devices.Where(device => device.ResourceId != 0).GroupBy(device => device.ResourceId).FirstOrDefault(group => group.Count() > 1);
            return twice is null ? file : throw new FormatException($"Two devices have the resourceId {twice.Key}; give each its own, or none.");
        }
        catch (JsonException fault)
        {
            var where = fault.Message.Contains("Path:", StringComparison.Ordinal) ? "" : $" Path: {fault.Path}.";
            throw new FormatException(fault.Message + where, fault);
        }
    }

    private sealed class FateConverter : JsonConverter<DeviceFate>
    {
        public override DeviceFate Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            try
            {
                return DeviceFate.Parse(reader.TokenType == JsonTokenType.String ? reader.GetString()! : "");
            }
            catch (FormatException fault)
            {
                throw new JsonException(fault.Message + ".", fault);
            }
        }

        public override void Write(Utf8JsonWriter writer, DeviceFate value, JsonSerializerOptions options) =>
            throw new NotSupportedException("A file of devices is only read.");
    }
}
