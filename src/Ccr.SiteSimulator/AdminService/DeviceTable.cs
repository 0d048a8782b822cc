using Ccr.SiteSimulator.Devices;

namespace Ccr.SiteSimulator.AdminService;

/// <summary>One property of a class: texts, whole numbers, flags, times, or arrays of texts or times.</summary>
internal sealed record DeviceColumn(string Name, Func<SimulatedDevice, DateTimeOffset, object?> Value);

/// <summary>
/// A class of devices with the properties that clients of it use. A time that never was is told in each of the ways that live sites tell it: null, 1970,
/// and 1980 with the site's offset once and twice.
/// </summary>
internal sealed record DeviceTable(string Name, IReadOnlyList<DeviceColumn> Columns)
{
    private const string Never1970 = "1970-01-01T00:00:00Z";
    private const string Never1980 = "1980-01-01T06:00:00Z";
    private const string NeverShiftedTwice = "1980-01-01T12:00:00Z";

    public static IReadOnlyList<DeviceTable> All { get; } =
    [
        new("SMS_R_System",
        [
            new("ResourceId", (device, _) => device.ResourceId),
            new("ResourceType", (_, _) => 5L),
            new("Name", (device, _) => device.Name),
            new("NetbiosName", (device, _) => device.Name),
            new("ResourceDomainORWorkgroup", (device, _) => device.Domain),
            new("Client", (device, _) => Number(device.Client)),
            new("ClientVersion", (device, _) => device.Client ? device.ClientVersion : null),
            new("Active", (device, _) => Number(device.TalksSince is not null)),
            new("Obsolete", (device, _) => Number(device.Obsolete)),
            new("Decommissioned", (device, _) => Number(device.Decommissioned)),
            new("SMSUniqueIdentifier", (device, _) => device.Client ? device.UniqueIdentifier : null),
            new("PreviousSMSUUID", (_, _) => null),
            new("SMSUUIDChangeDate", (device, _) => device.Registered ?? (object)Never1970),
            new("CreationDate", (device, _) => device.Created),
            new("AgentName", (device, now) => Agents(device, now).Select(agent => agent.Name).ToArray()),
            new("AgentTime", (device, now) => Agents(device, now).Select(agent => agent.Time).ToArray()),
        ]),
        new("SMS_CombinedDeviceResources",
        [
            new("ResourceID", (device, _) => device.ResourceId),
            new("ResourceType", (_, _) => 5L),
            new("Name", (device, _) => device.Name),
            new("Domain", (device, _) => device.Domain),
            new("SMSID", (device, _) => device.Client ? device.UniqueIdentifier : null),
            new("IsClient", (device, _) => device.Client),
            new("IsActive", (device, _) => device.TalksSince is not null),
            new("IsObsolete", (device, _) => device.Obsolete),
            new("IsApproved", (_, _) => 1L),
            new("IsBlocked", (_, _) => false),
            new("Unknown", (_, _) => null),
            new("ClientVersion", (device, _) => device.Client ? device.ClientVersion : null),
            new("ClientActiveStatus", (device, _) => device.Client ? Number(device.TalksSince is not null) : null),
            new("LastActiveTime", (device, now) => device.LastPolicyRequest(now)),
            new("LastPolicyRequest", (device, now) => device.LastPolicyRequest(now)),
            new("LastDDR", (device, now) => device.LastHeartbeat(now) ?? (object)NeverShiftedTwice),
            new("LastHardwareScan", (_, _) => Never1980),
            new("LastSoftwareScan", (_, _) => NeverShiftedTwice),
            new("LastStatusMessage", (_, _) => null),
            new("CNIsOnline", (device, _) => device.TalksSince is not null),
            new("CNLastOnlineTime", (device, now) => device.LastPolicyRequest(now) ?? (object)Never1970),
            new("CNLastOfflineTime", (_, _) => Never1970),
            new("Status", (device, _) => device.LatestAttempt is null ? null : device.PushStatus),
            new("LatestProcessingAttempt", (device, _) => device.LatestAttempt),
            new("LastInstallationError", (device, _) => device.LatestAttempt is null ? null : (long)device.LastError),
        ]),
    ];

    /// <summary>The property; names are matched without regard to case, as in WMI.</summary>
    /// <exception cref="FormatException">The class has no such property.</exception>
    public DeviceColumn Find(string name) => Columns.FirstOrDefault(column => column.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new FormatException($"{Name} has no property '{name}'.");

    private static long Number(bool flag) => flag ? 1L : 0L;

    /// <summary>What found the device and when; the two arrays of a row are parallel.</summary>
    private static IEnumerable<(string Name, DateTimeOffset Time)> Agents(SimulatedDevice device, DateTimeOffset now)
    {
        yield return ("SMS_AD_SYSTEM_DISCOVERY_AGENT", device.Created);
        if (device.Registered is { } registered) yield return ("MP_ClientRegistration", registered);
        if (device.LastHeartbeat(now) is { } heartbeat) yield return ("Heartbeat Discovery", heartbeat);
    }
}
