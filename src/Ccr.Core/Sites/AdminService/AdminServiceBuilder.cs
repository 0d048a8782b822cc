using System.Net;
using Ccr.Core.Configuration;

namespace Ccr.Core.Sites.AdminService;

/// <summary>Makes what requests are sent to out of an AdminService's options, and says what is wrong with them.</summary>
public static class AdminServiceBuilder
{
    private const int SiteCodeLength = 3;

    /// <summary>Makes it, or returns null and adds every fault to <paramref name="faults"/>.</summary>
    /// <param name="options">The options.</param>
    /// <param name="transport">How its site is reached.</param>
    /// <param name="key">What faults call the options.</param>
    /// <param name="faults">Where the faults go.</param>
    public static ManagementPoint? Build(AdminServiceOptions options, SiteTransport transport, string key, ICollection<ConfigurationFault> faults)
    {
        ArgumentNullException.ThrowIfNull(options);
        var before = faults.Count;
        if (options.SiteCode is { } code && (code.Length != SiteCodeLength || !code.All(char.IsAsciiLetterOrDigit)))
            faults.Add(key.Fault(nameof(options.SiteCode), "is no site code: write three letters and digits, for example P01, or leave it out."));
        if (options.Authentication is not (ManagementPointAuthentication.Default or ManagementPointAuthentication.Named))
            faults.Add(key.Fault(nameof(options.Authentication), $"is {options.Authentication}: write Default or Named; AdminService answers nobody else."));
        if (Uri.TryCreate(options.Address, UriKind.Absolute, out var written) && written is { Scheme: "http", IsLoopback: false })
            faults.Add(key.Fault(nameof(options.Address), "is http: write an https address; AdminService has no other."));

        var point = ManagementPointBuilder.Build(
            new ManagementPointOptions
            {
                Address = options.Address,
                CaFile = options.CaFile,
                CertificatePin = options.CertificatePin,
                Authentication = transport == SiteTransport.Agent && options.Authentication == ManagementPointAuthentication.Default
                    ? ManagementPointAuthentication.None
                    : options.Authentication,
                UserName = options.UserName,
                Password = options.Password,
                ConnectTimeout = options.ConnectTimeout,
                TotalTimeout = options.TotalTimeout,
            },
            transport,
            key,
            faults);
        if (faults.Count > before || point is null) return null;

        var account = options.Authentication == ManagementPointAuthentication.Named
            ? point.Credentials!.GetCredential(point.Address, "Negotiate")!
            : CredentialCache.DefaultNetworkCredentials;
        return point with
        {
            Credentials = new CredentialCache { { point.Address, "Negotiate", account } },
            AdminService = new AdminServiceTarget(options.SiteCode?.ToUpperInvariant(), options.AllowDomainControllers, options.ForceReinstall),
        };
    }
}
