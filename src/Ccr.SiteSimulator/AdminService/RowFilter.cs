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
            var isName = Names[i].Length is > 0 and <= LongestName && Names[i].All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_');
            if (!isName) continue;

            var domain = Domains.Count == Names.Count ? Domains[i] : Domains.Count == 1 ? Domains[0] : null;
            devices.Meet(Names[i].ToUpperInvariant(), domain, now);
        }
    }
}
