using System.Text.Json;
using Ccr.Core.Results;
using Ccr.Core.Text;

namespace Ccr.Core.Sites.AdminService;

/// <summary>One row of <c>SMS_R_System</c>, as far as it tells which device is meant.</summary>
/// <param name="ResourceId">Its key, which a CCR is asked for by.</param>
/// <param name="Name">The name that the site knows.</param>
/// <param name="Domain">The NetBIOS domain or workgroup; null when the row has none.</param>
/// <param name="IsGone">Whether a newer row has taken its place (obsolete), or somebody deleted it (decommissioned).</param>
public sealed record Device(long ResourceId, string Name, string? Domain, bool IsGone)
{
    /// <summary>The rows of an answer; null when it is none, or a row has no key or no name.</summary>
    /// <remarks>Flags come as numbers, and what the answer has besides is not looked at (observed answers; the classes are documented).</remarks>
    public static IReadOnlyList<Device>? Read(ReadOnlySpan<byte> body) => AnswerRows.Read(body, ReadRow);

    /// <summary>The one device that a submission means, or why there is none.</summary>
    /// <remarks>
    /// Configuration Manager has a form of the request that takes a name; which of several devices it then takes, nobody has documented. So the choice is
    /// made here, and what is not surely the machine is refused.
    /// </remarks>
    public static (Device? Device, ReasonCode? Refusal, string Detail) Choose(IReadOnlyList<Device> rows, Submission submission)
    {
        var (name, domain) = (submission.Machine.Value, submission.Domain.Value);
        var named = rows.Where(row => string.Equals(row.Name, name, StringComparison.OrdinalIgnoreCase)).ToList();
        var present = named.Where(row => !row.IsGone).ToList();
        var meant = present.Where(row => string.Equals(row.Domain, domain, StringComparison.OrdinalIgnoreCase)).ToList();
        if (meant.Count == 1) return (meant[0], null, "");
        if (meant.Count > 1)
        {
            var keys = string.Join(", ", meant.Select(row => row.ResourceId));
            return (null, AdminServiceReasons.SeveralDevices, $"{meant.Count} devices are {domain}\\{name}: {keys}");
        }

        if (present.Count > 0)
        {
            var domains = string.Join(", ", present.Select(row => row.Domain is null ? "none" : SafeText.Quote(row.Domain)).Distinct());
            return (null, AdminServiceReasons.OtherDomain, $"the devices named {name} are of other domains than {domain}: {domains}");
        }

        return (null, AdminServiceReasons.NoDevice, named.Count > 0 ? $"all records of {name} are obsolete or decommissioned" : $"no device is named {name}");
    }

    private static Device? ReadRow(JsonElement row) => row.FindNumber("ResourceId") is { } key && row.FindText("Name") is { } name
        ? new Device(
            key, name, row.FindText("ResourceDomainORWorkgroup"), row.FindFlag("Obsolete") == true || row.FindFlag("Decommissioned") == true)
        : null;
}
