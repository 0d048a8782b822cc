using System.Globalization;

namespace Ccr.SiteSimulator;

/// <summary>How times are written in faults, fates and options: <c>250ms</c>, <c>2s</c>, <c>1.5m</c>, <c>3h</c>, <c>7d</c>.</summary>
internal static class SimulatedTime
{
    public static bool TryParse(string text, out TimeSpan time)
    {
        var (digits, unit) = text switch
        {
            [.., 'm', 's'] => (text[..^2], TimeSpan.FromMilliseconds(1)),
            [.., 's'] => (text[..^1], TimeSpan.FromSeconds(1)),
            [.., 'm'] => (text[..^1], TimeSpan.FromMinutes(1)),
            [.., 'h'] => (text[..^1], TimeSpan.FromHours(1)),
            [.., 'd'] => (text[..^1], TimeSpan.FromDays(1)),
            _ => ("", TimeSpan.Zero),
        };

        time = TimeSpan.Zero;
        var isTime = double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number * unit.TotalDays <= 3650;
        if (isTime) time = number * unit;
        return isTime;
    }
}
