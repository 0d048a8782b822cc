using System.Globalization;
using Ccr.Console.Words;
using Microsoft.AspNetCore.Components;

namespace Ccr.Console.Charts;

/// <summary>Columns over time.</summary>
public sealed partial class ColumnChart
{
    private const int Width = 600;
    private const int MostTicks = 5;

    private static readonly Dictionary<string, string> Colours = new(StringComparer.Ordinal)
    {
        ["Accepted"] = "var(--ccr-1)",
        ["Failed"] = "var(--ccr-2)",
        ["Indeterminate"] = "var(--ccr-3)",
        ["Suppressed"] = "var(--ccr-4)",
        ["Rejected"] = "var(--ccr-5)",
    };

    /// <summary>How high it is, in pixels.</summary>
    [Parameter]
    public int Height { get; set; } = 64;

    /// <summary>What is counted, for the key.</summary>
    [Parameter]
    public string Unit { get; set; } = "";

    /// <summary>Where a line is drawn.</summary>
    [Parameter]
    public double? Limit { get; set; }

    /// <summary>What that line is.</summary>
    [Parameter]
    public string? LimitSays { get; set; }

    /// <summary>The chart in one sentence, for who does not see it.</summary>
    [Parameter, EditorRequired]
    public string Says { get; set; } = "";

    /// <summary>The columns, oldest first.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<Column> Columns { get; set; } = [];

    private List<string> Series => [.. Columns.SelectMany(column => column.Counts.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>The limit is shown as long as the columns come near it; far below it would flatten them to nothing.</summary>
    private double Top
    {
        get
        {
            var highest = Math.Max(1, Columns.Select(column => column.Total).DefaultIfEmpty().Max());
            return Limit is { } limit && limit <= highest * 4 ? Math.Max(highest, limit) * 1.05 : highest * 1.05;
        }
    }

    private static string ColourOf(string series) => Colours.GetValueOrDefault(series, "var(--ccr-6)");

    private static string F(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private double YOf(double value) => Height - (value / Top * Height);

    private IEnumerable<(double X, double Y, double Width, double Height, string Series)> Bars()
    {
        var step = (double)Width / Math.Max(1, Columns.Count);
        for (var i = 0; i < Columns.Count; i++)
        {
            double below = 0;
            foreach (var (series, count) in Columns[i].Counts.OrderBy(each => each.Key, StringComparer.Ordinal))
            {
                yield return (i * step, YOf(below + count), step * 0.85, count / Top * Height, series);
                below += count;
            }
        }
    }

    private IEnumerable<DateTimeOffset> Ticks()
    {
        var every = Math.Max(1, Columns.Count / MostTicks);
        return Columns.Where((_, index) => index % every == 0).Select(column => column.At);
    }
}
