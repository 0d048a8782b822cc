using System.Globalization;

namespace Ccr.Console.Words;

/// <summary>Lengths of time in the fewest words that say enough.</summary>
internal static class Durations
{
    public static string Show(TimeSpan time) => time switch
    {
        _ when time < TimeSpan.FromSeconds(1) => "0 s",
        _ when time < TimeSpan.FromMinutes(1) => Number(time.TotalSeconds, "s"),
        _ when time < TimeSpan.FromHours(1) => Number(time.TotalMinutes, "min"),
        _ when time < TimeSpan.FromDays(2) => Number(time.TotalHours, "h"),
        _ => Number(time.TotalDays, "d"),
    };

    private static string Number(double value, string unit)
    {
        var rounded = value < 10 ? Math.Floor(value * 10) / 10 : Math.Floor(value);
        return string.Create(CultureInfo.InvariantCulture, $"{rounded:0.#} {unit}");
    }
}
