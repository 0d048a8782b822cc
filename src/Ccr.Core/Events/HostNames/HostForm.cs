namespace Ccr.Core.Events.HostNames;

/// <summary>What a text that is to name a machine is, by its form alone.</summary>
internal enum HostForm
{
    /// <summary>One label. Whether it is a valid NetBIOS name is decided later.</summary>
    Label,

    /// <summary>Several labels with dots between them.</summary>
    DnsName,

    /// <summary>An Azure resource id.</summary>
    ResourceId,

    /// <summary>An IPv4 or IPv6 address.</summary>
    IpAddress,

    /// <summary>A hardware address.</summary>
    MacAddress,

    /// <summary>A macro or template expression that the sender should have replaced.</summary>
    Macro,

    /// <summary>The key of a record, such as a Log Analytics workspace id or a ServiceNow sys_id.</summary>
    RecordId,
}
