using System.Diagnostics;
using System.Globalization;

namespace Ccr.Performance.Experiment.Staging;

/// <summary>
/// Which core is whose: broker, management point, storage emulator and the experiment itself have one, the contestant another, so that it is not
/// measured by how much of the machine they leave it.
/// </summary>
/// <param name="Name">What the report calls it.</param>
/// <param name="ForContestant">What a contestant's command line begins with.</param>
internal sealed record Cores(string Name, IReadOnlyList<string> ForContestant)
{
    /// <summary>All run where the system puts them.</summary>
    public static Cores Shared { get; } = new("not pinned", []);

    /// <summary>Puts this process, and with it all that it starts, on the first core that it may use; contestants get the second.</summary>
    /// <returns><see cref="Shared"/> under a name that says why, where that cannot be.</returns>
    public static async Task<Cores> PinAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux()) return Shared with { Name = "not pinned: --pin needs Linux" };

        var allowed = ReadAllowed();
        if (allowed.Count < 2) return Shared with { Name = "not pinned: --pin needs two cores, and this process may use one" };

        // All threads that there are: those that come later take after the one that starts them.
        try
        {
            using var taskset = Process.Start(
                new ProcessStartInfo("taskset", ["--all-tasks", "--cpu-list", "--pid", $"{allowed[0]}", $"{Environment.ProcessId}"])
                {
                    UseShellExecute = false,
                    RedirectStandardOutput = true,
                })!;
            await taskset.StandardOutput.ReadToEndAsync(cancellationToken);
            await taskset.WaitForExitAsync(cancellationToken);
            return taskset.ExitCode == 0
                ? new Cores($"pinned, contestants on core {allowed[1]} and all else on core {allowed[0]}", ["taskset", "--cpu-list", $"{allowed[1]}"])
                : Shared with { Name = $"not pinned: taskset ended with {taskset.ExitCode}" };
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return Shared with { Name = "not pinned: --pin needs taskset (util-linux)" };
        }
    }

    /// <summary>The cores that this process may use, from a list such as <c>0-1,4</c> (proc(5)).</summary>
    private static List<int> ReadAllowed() =>
        [.. File.ReadLines("/proc/self/status").First(line => line.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal)).Split(':')[1].Split(',')
            .Select(range => range.Split('-').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray())
            .SelectMany(range => Enumerable.Range(range[0], range[^1] - range[0] + 1))];
}
