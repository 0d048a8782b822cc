using System.Net;
using System.Security.Cryptography.X509Certificates;
using Ccr.Core.Sites.AdminService;

namespace Ccr.Core.Sites;

/// <summary>
/// A configured management point, or the AdminService that stands in its place: where it is, how it is recognised, and how long it is waited for.
/// </summary>
/// <param name="Address">Its scheme, host and port; nothing else of it is ever taken from anywhere but the configuration.</param>
public sealed record ManagementPoint(Uri Address)
{
    /// <summary>The time for name resolution, TCP and TLS together when nothing is configured.</summary>
    public static readonly TimeSpan DefaultConnectTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The time for a whole submission when nothing is configured.</summary>
    public static readonly TimeSpan DefaultTotalTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The only certificate authorities to trust; null trusts those of the system.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>What its certificate must be, besides being valid; null asks for no more than validity.</summary>
    public CertificatePin? Pin { get; init; }

    /// <summary>What a 401 is answered with; null, as SMS 2003 needs it, with nothing.</summary>
    public ICredentials? Credentials { get; init; }

    /// <summary>What it is shown when it asks for a client certificate.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>The time for name resolution, TCP and TLS together.</summary>
    public TimeSpan ConnectTimeout { get; init; } = DefaultConnectTimeout;

    /// <summary>The time from the first step to the answer's headers.</summary>
    public TimeSpan TotalTimeout { get; init; } = DefaultTotalTimeout;

    /// <summary>Whether its answers to submissions are empty, so that a page is somebody else's answer.</summary>
    public bool AnswersAreEmpty { get; init; } = true;

    /// <summary>What is asked of it when it is the AdminService of a Configuration Manager site; null for a management point of SMS 2003.</summary>
    public AdminServiceTarget? AdminService { get; init; }

    /// <summary>The address alone; nothing secret.</summary>
    public override string ToString() => Address.ToString();
}
