using Ccr.Core.Sites.AdminService;

namespace Ccr.Core.Sites;

/// <summary>The request that makes a management point write a CCR (Rslaten's blog, 2006, the only public description).</summary>
public static class CcrRequest
{
    /// <summary>The verb, sent as it is typed: UrlScan compares verbs case-sensitively.</summary>
    public static readonly HttpMethod Method = new("SMS_POST");

    /// <summary>The request that a site would be sent, for people to read.</summary>
    public static string Describe(Site site, Submission submission) => site.ManagementPoints[0].AdminService is not null
        ? $"{HttpMethod.Post} {AdminServiceRequests.CreateCcr(site.ManagementPoints[0])} for the device {submission.Domain}\\{submission.Machine}"
        : site.Transport == SiteTransport.Relay
        ? $"{Method} {UriOf(site.ManagementPoints[0], submission).PathAndQuery}, by the agent behind {site.ManagementPoints[0]}"
        : $"{Method} {UriOf(site.ManagementPoints[0], submission)}";

    /// <summary>Where a submission goes on a management point. Every value is escaped, so none can add a parameter.</summary>
    public static Uri UriOf(ManagementPoint managementPoint, Submission submission)
    {
        var machine = Uri.EscapeDataString(submission.Machine.Value);
        var domain = Uri.EscapeDataString(submission.Domain.Value);
        return new Uri(managementPoint.Address, $"/sms_mp/machine.ccr?mn={machine}&dn={domain}&fkey={submission.Force}");
    }
}
