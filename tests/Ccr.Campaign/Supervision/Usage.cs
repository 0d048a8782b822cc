using System.Globalization;

namespace Ccr.Campaign.Supervision;

/// <summary>What a process uses, as Linux counts it (proc(5)).</summary>
/// <param name="Resident">Memory in bytes.</param>
/// <param name="PeakResident">The most memory it had, in bytes.</param>
/// <param name="Threads">How many threads it has.</param>
/// <param name="Handles">How many files and sockets it has open.</param>
/// <param name="Cpu">The processor time it took.</param>
internal sealed record Usage(long Resident, long PeakResident, int Threads, int Handles, TimeSpan Cpu)
{
    private const int TicksPerSecond = 100;

    public static Usage Read(int processId)
    {
        var status = File.ReadLines($"/proc/{processId}/status")
            .Select(line => line.Split(':', 2))
            .Where(field => field.Length == 2)
            .ToDictionary(field => field[0], field => field[1].Trim(), StringComparer.Ordinal);

        // After the name, which may hold anything, up to its last parenthesis: user and system time are the 12th and 13th field.
        var stat = File.ReadAllText($"/proc/{processId}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = Number(fields[11]) + Number(fields[12]);
        return new Usage(
            Kilobytes(status["VmRSS"]), Kilobytes(status["VmHWM"]), (int)Number(status["Threads"]),
            Directory.GetFileSystemEntries($"/proc/{processId}/fd").Length, TimeSpan.FromSeconds((double)ticks / TicksPerSecond));
    }

    private static long Kilobytes(string text) => Number(text.Split(' ')[0]) * 1024;

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
