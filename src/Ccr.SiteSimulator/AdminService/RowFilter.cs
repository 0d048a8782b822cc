using Ccr.SiteSimulator.Devices;

namespace Ccr.SiteSimulator.AdminService;

/// <summary>Which rows a <c>$filter</c> wants, and the machines that it names with <c>eq</c>.</summary>
internal sealed record RowFilter(Func<SimulatedDevice, DateTimeOffset, bool> Matches, IReadOnlyList<string> Names, IReadOnlyList<string> Domains)
{
    private const int LongestName = 15;

    public static RowFilter Everything { get; } = new((_, _) => true, [], []);

    /// <summary>
    /// Has the machines that the filter names become devices, if the set is to know every machine. A name's domain is the one that stands with it, when
    /// the filter has one domain or as many as names.
    /// </summary>
    public void MeetNames(DeviceSet devices, DateTimeOffset now)
    {
        for (var i = 0; i < Names.Count; i++)
        {
            var name = Names[i].ToUpperInvariant();
            if (name.Length is 0 or > LongestName || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')) continue;

            var domain = Domains.Count == Names.Count ? Domains[i] : Domains.Count == 1 ? Domains[0] : null;
            devices.Meet(name, domain, now);
        }
    }
}
