namespace Ccr.Core.Machines;

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

    /// <summary>A word that says that there is no name; <see cref="PlaceholderName"/> lists them.</summary>
    Placeholder,

    /// <summary>A URL, or a host with a path behind it.</summary>
    Url,

    /// <summary>A machine's or user's account: <c>PC01$</c>, <c>CORP\PC01</c>, <c>CORP/PC01</c>.</summary>
    AccountName,

    /// <summary>A UNC path: <c>\\PC01\share</c>.</summary>
    UncPath,

    /// <summary>A service principal name: <c>host/pc01.corp.example.com</c>.</summary>
    ServicePrincipal,

    /// <summary>A distinguished name of Active Directory: <c>CN=PC01,OU=Desktops</c>.</summary>
    DistinguishedName,

    /// <summary>A full name or class of Operations Manager: <c>Microsoft.Windows.Computer:pc01.corp.example.com</c>.</summary>
    ScomName,

    /// <summary>Several names in one text.</summary>
    List,

    /// <summary>A DNS name that ends in a dot.</summary>
    AbsoluteDnsName,
}
