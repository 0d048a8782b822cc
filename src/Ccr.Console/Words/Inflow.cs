using Ccr.Console.State;

namespace Ccr.Console.Words;

/// <summary>Is it a storm, and from where? Results a minute, and who sends the most.</summary>
internal sealed record Inflow
{
    /// <summary>The columns, oldest first.</summary>
    public required IReadOnlyList<Column> Columns { get; init; }

    /// <summary>How much time a column stands for.</summary>
    public required TimeSpan Step { get; init; }

    /// <summary>Machines in the last minute.</summary>
    public int LastMinute { get; init; }

    /// <summary>The source of most of the last hour, and its share.</summary>
    public (string Name, int Count)? TopSource { get; init; }

    /// <summary>The beginning that most machine names of the last hour have in common: their letters up to the first digit.</summary>
    public (string Name, int Count)? TopNames { get; init; }

    /// <summary>How many results the last hour had.</summary>
    public int LastHour { get; init; }

    public static Inflow Of(Snapshot now, TimeSpan span, TimeSpan step)
    {
        var end = Floor(now.At, step) + step;
        var counts = new Dictionary<string, int>[(int)(span / step)];
        foreach (var row in now.Results.TakeWhile(row => row.Time >= end - span).Where(row => row.Outcome.IsTerminal()))
        {
            var index = counts.Length - 1 - (int)((end - row.Time - TimeSpan.FromTicks(1)) / step);
            if (index < 0 || index >= counts.Length) continue;
            var column = counts[index] ??= new Dictionary<string, int>(StringComparer.Ordinal);
            var series = row.Outcome.ToString();
            column[series] = column.GetValueOrDefault(series) + 1;
        }

        var hour = now.Results.TakeWhile(row => row.Time > now.At.AddHours(-1)).Where(row => row.Outcome.IsTerminal()).ToList();
        return new Inflow
        {
            Columns = [.. counts.Select((column, index) => new Column(end - span + (index * step), column ?? []))],
            Step = step,
            LastMinute = hour.TakeWhile(row => row.Time > now.At.AddMinutes(-1)).Count(),
            LastHour = hour.Count,
            TopSource = Top(hour.Select(row => row.Source)),
            TopNames = Top(hour.Select(row => row.Machine is null ? "" : new string([.. row.Machine.TakeWhile(c => !char.IsAsciiDigit(c))]))
                .Where(name => name.Length > 0)),
        };
    }

    private static DateTimeOffset Floor(DateTimeOffset time, TimeSpan step) => new(time.UtcTicks / step.Ticks * step.Ticks, TimeSpan.Zero);

    private static (string Name, int Count)? Top(IEnumerable<string> names) =>
        names.GroupBy(name => name, StringComparer.Ordinal).MaxBy(group => group.Count()) is { } top ? (Text.Show(top.Key), top.Count()) : null;
}

/// <summary>A column of a chart.</summary>
/// <param name="At">When it begins.</param>
/// <param name="Counts">How much of each series.</param>
public sealed record Column(DateTimeOffset At, IReadOnlyDictionary<string, int> Counts)
{
    /// <summary>All series together.</summary>
    public int Total => Counts.Values.Sum();
}
