using System.Text;
using Ccr.Performance.Experiment.Contestants;

namespace Ccr.Performance.Experiment.Report;

/// <summary>
/// One bar for each contestant and load, its median, with a line from least to most; the longest of a load fills the width. It has its own background,
/// so that it can be read on a dark page too.
/// </summary>
internal static class Chart
{
    private const int Left = 232;
    private const int Width = 480;
    private const int Right = 160;
    private const int Bar = 18;
    private const int Gap = 6;
    private const int Heading = 36;

    public static string Of(IReadOnlyList<Series> table, string where)
    {
        var (svg, y) = (new StringBuilder(), Heading);
        foreach (var load in table.GroupBy(series => series.Load).Select(group => group.ToList()))
        {
            var scale = Width / load.Max(series => series.Most);
            svg.Append($"<text x=\"8\" y=\"{y}\" font-weight=\"bold\">{load[0].Load.Name}: events a second, {Contestant.Twin.Name} = 100 %</text>\n");
            y += Gap + Gap;
            foreach (var series in load)
            {
                var (end, least, most) = (series.PerSecond * scale, Left + (series.Least * scale), Left + (series.Most * scale));
                svg.Append($"<text x=\"{Left - 8}\" y=\"{y + 13}\" text-anchor=\"end\">{series.Contestant.Name}</text>")
                    .Append($"<rect x=\"{Left}\" y=\"{y}\" width=\"{end:f0}\" height=\"{Bar}\" fill=\"{ColourOf(series.Contestant)}\"/>")
                    .Append($"<path d=\"M{least:f0} {y + (Bar / 2)}H{most:f0}\" stroke=\"#222\" stroke-width=\"2\"/>")
                    .Append($"<text x=\"{most + 6:f0}\" y=\"{y + 13}\">{series.ShareOf(load):p0} ({Tables.Rate(series.PerSecond)}/s)</text>\n");
                y += Bar + Gap;
            }

            y += Heading;
        }

        return $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Left + Width + Right}\" height=\"{y}\" font-family=\"sans-serif\" font-size=\"13\" fill=\"#222\">\n"
            + $"<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n{svg}<text x=\"8\" y=\"{y - 14}\" font-size=\"11\">{where}</text>\n</svg>\n";
    }

    private static string ColourOf(Contestant contestant) =>
        contestant == Contestant.Twin ? "#8a8a8a" : contestant.Name.StartsWith("ours", StringComparison.Ordinal) ? "#5b9bd5" : "#e0994f";
}
