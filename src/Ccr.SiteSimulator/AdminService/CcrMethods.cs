using System.Text.Json;
using Ccr.SiteSimulator.Devices;
using Ccr.SiteSimulator.Http;
using Microsoft.AspNetCore.Http;

namespace Ccr.SiteSimulator.AdminService;

/// <summary>The two methods that make a CCR.</summary>
/// <remarks>
/// Documented: names and types of the parameters, and that 0 is success. Seen once: 1 for a name without a record. Invented: 1 for a key without a record
/// and for another site's code, 400 for a body that is not as documented, and that <c>InformationOnly</c> makes no CCR.
/// </remarks>
internal sealed class CcrMethods(SimulatedSite site, DateTimeOffset now, Uri address)
{
    private const int NoRecord = 1;

    private static readonly string[] CreateParameters =
    [
        "ResourceID", "PushOnlyAssignedClients", "ClientType", "Forced", "ForceReinstall", "PushEvenIfDC", "InformationOnly", "SpecifySiteCode", "PushSiteCode",
    ];

    private static readonly string[] ByNameParameters = ["Name", "PushSiteCode", "Forced"];

    public ServerAnswer CreateCcr(string body)
    {
        if (Read(body, CreateParameters) is not { } given) return Malformed();

        var device = site.Devices.Find(given["ResourceID"].GetInt64(), now);
        var isOurs = !Flag(given, "SpecifySiteCode") || IsOurs(given);
        var answer = Answer(device, isOurs, given);
        return Flag(given, "InformationOnly") ? answer with { Ccr = null } : answer;
    }

    public ServerAnswer GenerateCcrByName(string body)
    {
        if (Read(body, ByNameParameters) is not { } given) return Malformed();

        var named = site.Devices.At(now).Where(device => device.Name.Equals(given["Name"].GetString(), StringComparison.OrdinalIgnoreCase));
        return Answer(named.MinBy(device => device.Obsolete || device.Decommissioned), IsOurs(given), given);
    }

    private ServerAnswer Answer(SimulatedDevice? device, bool isOurs, Dictionary<string, JsonElement> given)
    {
        var returned = device is not null && isOurs ? 0 : NoRecord;
        return AdminServiceAnswers.Method(address, returned) with
        {
            Kind = RequestKind.Create,
            IsSubmission = true,
            Machines = device is null ? [] : [device.Name],
            LoggedQuery = string.Join('&', given.Select(each => $"{each.Key}={each.Value}").Append($"device={device?.Name}")),
            Ccr = returned != 0 ? null : new(device!.Name, device.Domain!, Flag(given, "Forced"))
            {
                ResourceId = device.ResourceId,
            },
        };
    }

    /// <summary>Whether the site code is this site's; nobody knows what an empty one does, here it is.</summary>
    private bool IsOurs(Dictionary<string, JsonElement> given) =>
        !given.TryGetValue("PushSiteCode", out var code) || code.GetString() is null or "" || code.GetString() == site.SiteCode;

    private static bool Flag(Dictionary<string, JsonElement> given, string name) =>
        given.TryGetValue(name, out var flag) && flag.ValueKind == JsonValueKind.True;

    private static ServerAnswer Malformed() =>
        AdminServiceAnswers.Error(StatusCodes.Status400BadRequest, "The request is invalid.") with { IsSubmission = true, Kind = RequestKind.Create };

    /// <summary>The parameters of a body; null when it is no object, lacks the first of them, or has one of another name or type.</summary>
    private static Dictionary<string, JsonElement>? Read(string body, string[] parameters)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind != JsonValueKind.Object) return null;

            var given = json.RootElement.EnumerateObject().DistinctBy(each => each.Name).ToDictionary(each => each.Name, each => each.Value.Clone());
            return given.ContainsKey(parameters[0]) && given.All(each => parameters.Contains(each.Key) && HasItsType(each.Key, each.Value)) ? given : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool HasItsType(string parameter, JsonElement value) => parameter switch
    {
        "ResourceID" or "ClientType" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "Name" or "PushSiteCode" => value.ValueKind == JsonValueKind.String,
        _ => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
    };
}
