namespace Ccr.SiteSimulator;

/// <summary>How a <see cref="SimulatedAdminService"/> listens, whose devices it tells of, what it keeps and how it misbehaves.</summary>
public sealed class SimulatedAdminServiceOptions : SimulatedServerOptions
{
    /// <summary>The site that it belongs to.</summary>
    public required SimulatedSite Site { get; init; }

    /// <summary>
    /// The value of the header <c>Authorization</c> that each request needs; others are answered with 401. Null, the default, asks for none: Kerberos
    /// cannot be simulated honestly.
    /// </summary>
    public string? Authorization { get; init; }
}
