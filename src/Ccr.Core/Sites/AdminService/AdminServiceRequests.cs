using System.Text.Json;

namespace Ccr.Core.Sites.AdminService;

/// <summary>What is asked of an AdminService (learn.microsoft.com: usage of the administration service, CreateCCR).</summary>
public static class AdminServiceRequests
{
    private const string Root = "/AdminService/wmi/";

    /// <summary>Answers with the site's id to everybody who may use the service at all.</summary>
    public static Uri SiteId(ManagementPoint service) => Of(service, "SMS_Identification.GetSiteID");

    /// <summary>One row of the devices, or none: whoever may not read them gets a 404.</summary>
    public static Uri AnyDevice(ManagementPoint service) => Of(service, "SMS_R_System?$select=ResourceId,Name&$top=1");

    /// <summary>All devices of a name. The key is selected too, since rows without it were once taken for one.</summary>
    public static Uri Devices(ManagementPoint service, Submission submission)
    {
        var name = Uri.EscapeDataString(submission.Machine.Value.Replace("'", "''", StringComparison.Ordinal));
        return Of(service, $"SMS_R_System?$filter=Name%20eq%20'{name}'&$select=ResourceId,Name,ResourceDomainORWorkgroup,Obsolete,Decommissioned");
    }

    /// <summary>Where a CCR is asked for.</summary>
    public static Uri CreateCcr(ManagementPoint service) => Of(service, "SMS_Collection.CreateCCR");

    /// <summary>The body of that request: only what differs from the documented defaults, and what is to be seen in a log.</summary>
    public static byte[] CreateCcrBody(AdminServiceTarget target, Device device, bool force)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteNumber("ResourceID", device.ResourceId);
            writer.WriteBoolean("Forced", force);
            writer.WriteBoolean("ForceReinstall", force && target.ForceReinstall);
            writer.WriteBoolean("PushEvenIfDC", target.AllowDomainControllers);
            if (target.SiteCode is { } code)
            {
                writer.WriteBoolean("SpecifySiteCode", true);
                writer.WriteString("PushSiteCode", code);
            }

            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static Uri Of(ManagementPoint service, string path) => new(service.Address, Root + path);
}
