using System.Globalization;
using System.Text;
using Ccr.Console.Words;
using Microsoft.AspNetCore.Components;

namespace Ccr.Console.Charts;

/// <summary>Lines over points that stand at equal distances: what the points are, the page says.</summary>
public sealed partial class LineChart
{
    private const int Width = 600;
    private const int Height = 90;
    private const int MostTicks = 6;

    /// <summary>What is measured.</summary>
    [Parameter, EditorRequired]
    public string Unit { get; set; } = "";

    /// <summary>The top of the axis, or null for the highest value.</summary>
    [Parameter]
    public double? Top { get; set; }

    /// <summary>What the points are, for the table.</summary>
    [Parameter, EditorRequired]
    public string PointName { get; set; } = "";

    /// <summary>What stands at a point.</summary>
    [Parameter, EditorRequired]
    public RenderFragment<int> Label { get; set; } = default!;

    /// <summary>The chart in one sentence, for who does not see it.</summary>
    [Parameter, EditorRequired]
    public string Says { get; set; } = "";

    /// <summary>The lines, each with a value for every point.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<Line> Lines { get; set; } = [];

    private int Points => Lines[0].Values.Count;

    private static string ColourOf(int line) => $"var(--ccr-{(line % 6) + 1})";

    private static string Shown(double? value) => value?.ToString("0.#", CultureInfo.InvariantCulture) ?? "?";

    private static string F(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>A line begins again behind each gap; a value between two gaps is a dot.</summary>
    private string PathOf(Line line)
    {
        var top = Top ?? Math.Max(1, Lines.SelectMany(each => each.Values).Max() ?? 1) * 1.05;
        var path = new StringBuilder();
        for (var i = 0; i < Points; i++)
        {
            if (line.Values[i] is not { } value) continue;
            var isFirst = i == 0 || line.Values[i - 1] is null;
            path.Append(isFirst ? 'M' : 'L').Append(F((i + 0.5) * Width / Points)).Append(' ').Append(F(Height - (value / top * Height)));
            if (isFirst) path.Append("h0.01");
        }

        return path.ToString();
    }

    private IEnumerable<int> Ticks()
    {
        var every = Math.Max(1, Points / MostTicks);
        return Enumerable.Range(0, Points).Where(i => i % every == 0);
    }
}
