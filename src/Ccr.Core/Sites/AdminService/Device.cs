using System.Text.Json;
using Ccr.Core.Results;
using Ccr.Core.Text;

namespace Ccr.Core.Sites.AdminService;

/// <summary>One row of <c>SMS_R_System</c>, as far as it tells which device is meant.</summary>
/// <param name="ResourceId">Its key, which a CCR is asked for by.</param>
/// <param name="Name">The name that the site knows.</param>
/// <param name="Domain">The NetBIOS domain or workgroup; null when the row has none.</param>
/// <param name="IsGone">Whether a newer row has taken its place (obsolete), or somebody deleted it (decommissioned).</param>
public sealed record Device(long ResourceId, string Name, string? Domain, bool IsGone)
{
    /// <summary>The rows of an answer; null when it is none, or a row has no key or no name.</summary>
    /// <remarks>Flags come as numbers, and what the answer has besides is not looked at (observed answers; the classes are documented).</remarks>
    public static IReadOnlyList<Device>? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var answer = JsonDocument.ParseValue(ref reader);
            if (answer.RootElement.ValueKind != JsonValueKind.Object || !answer.RootElement.TryGetProperty("value", out var rows)
                || rows.ValueKind != JsonValueKind.Array)
            {
                return null;
            }

            var devices = rows.EnumerateArray().Select(ReadRow).ToList();
            return devices.Contains(null) ? null : devices.OfType<Device>().ToList();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The one device that a submission means, or why there is none.</summary>
    /// <remarks>
    /// Configuration Manager has a form of the request that takes a name; which of several devices it then takes, nobody has documented. So the choice is
    /// made here, and what is not surely the machine is refused.
    /// </remarks>
    public static (Device? Device, ReasonCode? Refusal, string Detail) Choose(IReadOnlyList<Device> rows, Submission submission)
    {
        var (name, domain) = (submission.Machine.Value, submission.Domain.Value);
        var named = rows.Where(row => string.Equals(row.Name, name, StringComparison.OrdinalIgnoreCase)).ToList();
        var present = named.Where(row => !row.IsGone).ToList();
        var meant = present.Where(row => string.Equals(row.Domain, domain, StringComparison.OrdinalIgnoreCase)).ToList();
        if (meant.Count == 1) return (meant[0], null, "");
        if (meant.Count > 1)
        {
            var keys = string.Join(", ", meant.Select(row => row.ResourceId));
            return (null, AdminServiceReasons.SeveralDevices, $"{meant.Count} devices are {domain}\\{name}: {keys}");
        }

        if (present.Count > 0)
        {
            var domains = string.Join(", ", present.Select(row => row.Domain is null ? "none" : SafeText.Quote(row.Domain)).Distinct());
            return (null, AdminServiceReasons.OtherDomain, $"the devices named {name} are of other domains than {domain}: {domains}");
        }

        return (null, AdminServiceReasons.NoDevice, named.Count > 0 ? $"all records of {name} are obsolete or decommissioned" : $"no device is named {name}");
    }

    private static Device? ReadRow(JsonElement row)
    {
        if (row.ValueKind != JsonValueKind.Object || Find(row, "ResourceId") is not { ValueKind: JsonValueKind.Number } id || !id.TryGetInt64(out var key)
            || Find(row, "Name") is not { ValueKind: JsonValueKind.String } name)
        {
            return null;
        }

        var domain = Find(row, "ResourceDomainORWorkgroup") is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
        return new Device(key, name.GetString()!, domain, IsSet(row, "Obsolete") || IsSet(row, "Decommissioned"));
    }

    private static bool IsSet(JsonElement row, string property) => Find(row, property) switch
    {
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.Number } number => number.TryGetInt64(out var value) && value != 0,
        _ => false,
    };

    /// <summary>The documentation writes ResourceId, and answers have been seen with ResourceID.</summary>
    private static JsonElement? Find(JsonElement row, string property)
    {
        foreach (var each in row.EnumerateObject())
        {
            if (each.Name.Equals(property, StringComparison.OrdinalIgnoreCase)) return each.Value;
        }

        return null;
    }
}
