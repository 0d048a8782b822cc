using Ccr.Core.Sites.AdminService;
using Microsoft.Extensions.Configuration;

namespace Ccr.Core.Sites;

/// <summary>One site.</summary>
public sealed class SiteOptions
{
    /// <summary>How requests travel there; <see cref="SiteTransport.Direct"/> by default.</summary>
    public SiteTransport Transport { get; set; } = SiteTransport.Direct;

    /// <summary>
    /// Its management points in order of preference, at least one unless it has an AdminService. The next one is tried only after a request that
    /// certainly did not reach the one before.
    /// </summary>
    public IList<ManagementPointOptions> ManagementPoints { get; } = [];

    /// <summary>
    /// The AdminService of a Configuration Manager site, instead of management points of SMS 2003. At the processor of a site that an agent serves only
    /// its address counts.
    /// </summary>
    public AdminServiceOptions? AdminService { get; set; }

    /// <summary>
    /// The hybrid connection through which a site with <see cref="SiteTransport.Relay"/> is reached; at the site's agent, the one that it listens on. The
    /// host reads it (RelayOptions); management points of such a site are configured at its agent alone.
    /// </summary>
    public IConfigurationSection? Relay { get; set; }

    /// <summary>
    /// The HTTP method of what the processor sends through the relay, default <see cref="RelayedMethod.Post"/>. The signed body says what is meant, and
    /// the agent takes both. That a relay lets a method of one's own pass is documented, and has been seen by nobody.
    /// </summary>
    public RelayedMethod RelayMethod { get; set; }

    /// <summary>
    /// The keys that commands for its agents and their results are signed with, in Base64, each of 32 bytes or more; the same ones at the processor and
    /// at the agent, and other ones for every site. The first signs, all are believed, so that a new one can be brought in beside the old. A site that
    /// an agent serves needs one.
    /// </summary>
    public IList<string> SigningKeys { get; } = [];

    /// <summary>
    /// Whether unsigned commands and results are believed as well, default false. With true, whoever may send to the agents' queue can have machines
    /// pushed, and whoever may send to the results topic can end the requests of this site: it is for the time of a change, and said at every start.
    /// What comes through the relay is always signed.
    /// </summary>
    public bool AllowUnsigned { get; set; }

    /// <summary>Whether it is looked at after a push, to see whether the client came back.</summary>
    public VerificationOptions Verification { get; } = new();

    /// <summary>Whether a hybrid connection is configured.</summary>
    public bool HasRelay => Relay?.Exists() == true;
}

/// <summary>The HTTP method of what goes through the relay.</summary>
public enum RelayedMethod
{
    /// <summary>POST, which everything on the way knows.</summary>
    Post,

    /// <summary>SMS_POST, as a management point is asked.</summary>
    SmsPost,
}

/// <summary>How this process identifies itself to a management point.</summary>
public enum ManagementPointAuthentication
{
    /// <summary>Not at all, as the SMS 2003 request does.</summary>
    None,

    /// <summary>By the account that this process runs as: Negotiate or NTLM.</summary>
    Default,

    /// <summary>By a configured account: Negotiate or NTLM, and Basic too over https.</summary>
    Named,

    /// <summary>By a client certificate.</summary>
    Certificate,
}

/// <summary>One management point. For a site that an agent serves only the address counts; the agent has the rest.</summary>
public sealed class ManagementPointOptions
{
    /// <summary>Scheme, host and, if it is not the scheme's own, port: <c>http://mp01.corp.example</c>. Required.</summary>
    public string? Address { get; set; }

    /// <summary>A PEM file with the certificate authorities to trust instead of the system's; https only.</summary>
    public string? CaFile { get; set; }

    /// <summary>
    /// What the certificate must be, besides being valid: the SHA-256 of the certificate as 64 hexadecimal digits, or of its public key as
    /// <c>sha256/</c> and Base64, which outlives a renewal with the same key; https only.
    /// </summary>
    public string? CertificatePin { get; set; }

    /// <summary>How this process identifies itself; <see cref="ManagementPointAuthentication.None"/> by default.</summary>
    public ManagementPointAuthentication Authentication { get; set; } = ManagementPointAuthentication.None;

    /// <summary>The account for <see cref="ManagementPointAuthentication.Named"/>: <c>DOMAIN\name</c>, or <c>name</c> alone.</summary>
    public string? UserName { get; set; }

    /// <summary>Its password. Keep it out of files: it can come from an environment variable or a Key Vault reference.</summary>
    public string? Password { get; set; }

    /// <summary>
    /// The certificate for <see cref="ManagementPointAuthentication.Certificate"/>: a PKCS #12 file (<c>.pfx</c>, <c>.p12</c>), or a PEM file.
    /// </summary>
    public string? ClientCertificateFile { get; set; }

    /// <summary>Instead of a file: the SHA-1 thumbprint of a certificate with its key in the store <c>My</c>, of this account or of the computer.</summary>
    public string? ClientCertificateThumbprint { get; set; }

    /// <summary>The PEM file with the certificate's key, when it is not in the same file.</summary>
    public string? ClientCertificateKeyFile { get; set; }

    /// <summary>The password of the PKCS #12 file or of the key.</summary>
    public string? ClientCertificatePassword { get; set; }

    /// <summary>
    /// The time for name resolution, TCP and TLS together, default 10 seconds, at most one minute. A management point that is not reached by then was
    /// certainly not sent anything.
    /// </summary>
    public TimeSpan ConnectTimeout { get; set; } = ManagementPoint.DefaultConnectTimeout;

    /// <summary>
    /// The time for a whole submission, default 30 seconds, more than the connect time-out and at most two minutes. A request that is not answered by
    /// then may have been carried out, and is not sent again.
    /// </summary>
    public TimeSpan TotalTimeout { get; set; } = ManagementPoint.DefaultTotalTimeout;

    /// <summary>
    /// Whether this management point answers a submission without a page, default true: SMS 2003's module is known to answer with empty pages
    /// (myitforum.com, jgilbert, March 2008). Then a 200 that brings a page, as a proxy or a sign-in portal sends, is unknown and not accepted.
    /// </summary>
    public bool AnswersAreEmpty { get; set; } = true;
}
