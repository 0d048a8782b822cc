using System.Globalization;
using Ccr.SiteSimulator.Devices;
using Microsoft.AspNetCore.Http;

namespace Ccr.SiteSimulator.AdminService;

/// <summary>What a GET asks for: which rows, which of their properties, which part of them.</summary>
internal sealed record RowQuery(RowFilter Filter, IReadOnlyList<DeviceColumn> Columns, int Skip, int Top)
{
    /// <exception cref="FormatException">It asks for something that the simulator does not know.</exception>
    public static RowQuery Parse(DeviceTable table, IQueryCollection query)
    {
        var (filter, columns, skip, top) = (RowFilter.Everything, table.Columns, 0, int.MaxValue);
        foreach (var (name, values) in query)
        {
            var value = values is [{ } only] ? only : throw new FormatException($"{name} stands there twice.");
            switch (name)
            {
                case "$filter": filter = RowFilterParser.Parse(value, table); break;
                case "$select": columns = [.. value.Split(',', StringSplitOptions.TrimEntries).Select(table.Find)]; break;
                case "$skip": skip = ParseNumber(value); break;
                case "$top": top = ParseNumber(value); break;
                default: throw new FormatException($"{name} is not known.");
            }
        }

        return new(filter, columns, skip, top);
    }

    /// <summary>The rows. A selection without the key makes one of all of them, as it once did on a live site (SCCMdocs#1735).</summary>
    public IReadOnlyList<SimulatedDevice> Apply(IEnumerable<SimulatedDevice> devices, DateTimeOffset now)
    {
        var rows = devices.Where(device => Filter.Matches(device, now)).Skip(Skip).Take(Top);
        var hasKey = Columns.Any(column => column.Name.Equals("ResourceID", StringComparison.OrdinalIgnoreCase));
        return [.. hasKey ? rows : rows.Take(1)];
    }

    private static int ParseNumber(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new FormatException($"'{text}' is no number.");
}
