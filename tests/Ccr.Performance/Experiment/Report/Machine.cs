namespace Ccr.Performance.Experiment.Report;

/// <summary>Where this runs, and what else does: figures of a machine that is busy with other work are marked by it.</summary>
internal static class Machine
{
    public static string Describe()
    {
        var model = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
            : null;
        var load = File.Exists("/proc/loadavg") ? $", load average {File.ReadAllText("/proc/loadavg").Split(' ')[0]} at the start" : "";
        return $"{Environment.ProcessorCount} x {model ?? "unknown processor"}, .NET {Environment.Version}, {TimeProvider.System.GetUtcNow():yyyy-MM-dd}{load}";
    }
}
