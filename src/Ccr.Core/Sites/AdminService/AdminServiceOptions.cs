namespace Ccr.Core.Sites.AdminService;

/// <summary>
/// The AdminService of a Configuration Manager (current branch) site: a REST service on its SMS Provider, which creates CCRs since version 1910
/// (learn.microsoft.com, administration service).
/// </summary>
public sealed class AdminServiceOptions
{
    /// <summary>
    /// Scheme, host and, if it is not 443, port: <c>https://cm01.corp.example</c>. The host must be the provider's full name, since Kerberos goes by it.
    /// Required.
    /// </summary>
    public string? Address { get; set; }

    /// <summary>
    /// The three characters of the site that is to push its client. Default: none, so that Configuration Manager chooses; when it is written, the
    /// request says so (<c>SpecifySiteCode</c>).
    /// </summary>
    public string? SiteCode { get; set; }

    /// <summary>A PEM file with the certificate authorities to trust instead of the system's, for example the site's own "SMS Issuing".</summary>
    public string? CaFile { get; set; }

    /// <summary>What the certificate must be, besides being valid; written as for a management point.</summary>
    public string? CertificatePin { get; set; }

    /// <summary>
    /// Who asks: <see cref="ManagementPointAuthentication.Default"/>, the account of this process, which is the default, or
    /// <see cref="ManagementPointAuthentication.Named"/>. Both by Negotiate alone: from version 2509 on NTLM is refused.
    /// </summary>
    public ManagementPointAuthentication Authentication { get; set; } = ManagementPointAuthentication.Default;

    /// <summary>The account for <see cref="ManagementPointAuthentication.Named"/>: <c>DOMAIN\name</c>.</summary>
    public string? UserName { get; set; }

    /// <summary>Its password. Keep it out of files: it can come from an environment variable or a Key Vault reference.</summary>
    public string? Password { get; set; }

    /// <summary>
    /// Whether a domain controller may be pushed to (<c>PushEvenIfDC</c>), default false: then Configuration Manager itself refuses one, besides this
    /// program's own rule.
    /// </summary>
    public bool AllowDomainControllers { get; set; }

    /// <summary>
    /// Whether the site is to remove a client that is there before it installs (<c>ForceReinstall</c>), default false. With false, an event's
    /// <c>force</c> repairs or upgrades in place (<c>Forced</c>).
    /// </summary>
    public bool ForceReinstall { get; set; }

    /// <summary>The time for name resolution, TCP and TLS together, default 10 seconds, at most one minute.</summary>
    public TimeSpan ConnectTimeout { get; set; } = ManagementPoint.DefaultConnectTimeout;

    /// <summary>
    /// The time for the question which device is meant, and again for the request, default 30 seconds, more than the connect time-out and at most two
    /// minutes. A request that is not answered by then may have been carried out, and is not sent again.
    /// </summary>
    public TimeSpan TotalTimeout { get; set; } = ManagementPoint.DefaultTotalTimeout;
}

/// <summary>What a CCR that is asked of an AdminService says besides the device.</summary>
/// <param name="SiteCode">The site that is to push; null leaves the choice to Configuration Manager.</param>
/// <param name="AllowDomainControllers">Whether a domain controller may be pushed to.</param>
/// <param name="ForceReinstall">Whether a client that is there is removed first.</param>
public sealed record AdminServiceTarget(string? SiteCode, bool AllowDomainControllers, bool ForceReinstall);
