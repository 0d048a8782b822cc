using System.Text;
using Ccr.Experiment.Contestants;

namespace Ccr.Experiment.Report;

/// <summary>One bar for each contestant and load: its share of the 100 % line.</summary>
internal static class Chart
{
    private const int Left = 260;
    private const int Width = 520;
    private const int Bar = 18;
    private const int Gap = 34;

    public static string Of(IReadOnlyList<(Load Load, Contestant Contestant, IReadOnlyList<Measurement> Runs)> rows)
    {
        var (svg, y) = (new StringBuilder(), 30);
        foreach (var load in rows.GroupBy(row => row.Load))
        {
            svg.Append($"<text x=\"8\" y=\"{y}\" font-weight=\"bold\">{load.Key.Name}: events a second, bare AMQPNetLite = 100 %</text>\n");
            foreach (var (_, contestant, runs) in load)
            {
                y += Bar + 6;
                var share = Tables.Share(rows, load.Key, contestant);
                var colour = contestant == Contestant.Bare ? "#888" : contestant.Name.StartsWith("ours", StringComparison.Ordinal) ? "#2a6fb0" : "#c9803a";
                svg.Append($"<text x=\"{Left - 8}\" y=\"{y + 13}\" text-anchor=\"end\">{contestant.Name}</text>")
                    .Append($"<rect x=\"{Left}\" y=\"{y}\" width=\"{Math.Min(1.2, share) / 1.2 * Width:f0}\" height=\"{Bar}\" fill=\"{colour}\"/>")
                    .Append($"<text x=\"{Left + (Math.Min(1.2, share) / 1.2 * Width) + 6:f0}\" y=\"{y + 13}\">{share:p0} ({Tables.Median(runs, run => run.PerSecond):n0}/s)</text>\n");
            }

            y += Bar + Gap;
        }

        return $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Left + Width + 140}\" height=\"{y}\" font-family=\"sans-serif\" font-size=\"13\">\n"
            + $"<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n{svg}</svg>\n";
    }
}
