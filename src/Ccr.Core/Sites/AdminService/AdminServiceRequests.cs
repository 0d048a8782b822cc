using System.Text.Json;
using Ccr.Core.Views;

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
        return Of(service, $"SMS_R_System?$filter={Named(submission.Machine.Value)}&$select=ResourceId,Name,ResourceDomainORWorkgroup,Obsolete,Decommissioned");
    }

    /// <summary>What the discoveries know of machines, by name: a reinstalled machine can have a new record.</summary>
    public static Uri Systems(ManagementPoint service, IEnumerable<LookedFor> machines) => Of(
        service,
        $"SMS_R_System?$filter={string.Join("%20or%20", machines.Select(machine => machine.Machine).Distinct().Select(Named))}"
            + "&$select=ResourceId,Name,ResourceDomainORWorkgroup,Obsolete,Decommissioned,Client,ClientVersion,SMSUniqueIdentifier,AgentName,AgentTime");

    /// <summary>
    /// What the site knows of the push and the client of devices. Nothing is selected: a property that a site's version lacks would be answered by a 404.
    /// </summary>
    public static Uri Combined(ManagementPoint service, IEnumerable<long> resourceIds) => Of(
        service, $"SMS_CombinedDeviceResources?$filter={string.Join("%20or%20", resourceIds.Select(id => $"ResourceID%20eq%20{id}"))}");

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

    private static string Named(string name) => $"Name%20eq%20'{Uri.EscapeDataString(name.Replace("'", "''", StringComparison.Ordinal))}'";

    private static Uri Of(ManagementPoint service, string path) => new(service.Address, Root + path);
}
