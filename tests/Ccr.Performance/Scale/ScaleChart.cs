using System.Globalization;
using System.Text;

namespace Ccr.Performance.Scale;

/// <summary>Minutes until all broken machines are answered, for each plan, on two logarithmic axes.</summary>
internal static class ScaleChart
{
    private const int Left = 80;
    private const int Top = 20;
    private const int Width = 520;
    private const int Height = 300;
    private const int Decades = 4;
    private const int TimeDecades = 3;

    private static readonly string[] Colours = ["#1b6ca8", "#c8553d", "#3a7d44", "#7a4fa3"];
    private static readonly int[] Machines = [100, 300, 1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000];

    public static string Of(IReadOnlyList<Plan> plans)
    {
        var svg = new StringBuilder();
        for (var decade = 0; decade <= Decades; decade++)
        {
            var x = Left + (Width * decade / Decades);
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{x} {Top}V{Top + Height}\" stroke=\"#ddd\"/>")
                .Append(CultureInfo.InvariantCulture, $"<text x=\"{x}\" y=\"{Top + Height + 18}\" text-anchor=\"middle\">{100 * Math.Pow(10, decade):n0}</text>\n");
        }

        for (var decade = 0; decade <= TimeDecades; decade++)
        {
            var y = Top + Height - (Height * decade / TimeDecades);
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Left} {y}H{Left + Width}\" stroke=\"#ddd\"/>")
                .Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 8}\" y=\"{y + 4}\" text-anchor=\"end\">{Math.Pow(10, decade):n0} min</text>\n");
        }

        foreach (var (number, plan) in plans.Index())
        {
            var points = Machines.Select(machines => (
                X: Left + (Width * Math.Log10(machines / 100.0) / Decades),
                Y: YOf(ScaleCommand.Answered(plan, machines))));
            var path = string.Join('L', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.X:f1} {point.Y:f1}")));
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{path}\" fill=\"none\" stroke=\"{Colours[number]}\" stroke-width=\"2\"/>")
                .Append(CultureInfo.InvariantCulture, $"<text x=\"{Left + 12}\" y=\"{Top + 18 + (18 * number)}\" fill=\"{Colours[number]}\">{plan.Name}</text>\n");
        }

        return $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Left + Width + 40}\" height=\"{Top + Height + 50}\" font-family=\"sans-serif\" font-size=\"13\" "
            + $"fill=\"#222\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n{svg}"
            + $"<text x=\"{Left + (Width / 2)}\" y=\"{Top + Height + 40}\" text-anchor=\"middle\">broken machines, a thousand to a site; minutes until all are answered</text>\n</svg>\n";
    }

    private static double YOf(double seconds) => Top + Height - (Height * Math.Clamp(Math.Log10(Math.Max(seconds, 60) / 60), 0, TimeDecades) / TimeDecades);
}
