using Ccr.Core.Machines;
using Ccr.Core.Text;

namespace Ccr.Core.Decisions.Rules;

/// <summary>The machines that exist, from a text file: one a line, <c>PC01</c> for any domain or <c>CORP\PC01</c>.</summary>
public sealed class Inventory
{
    private readonly HashSet<string> _machines;

    private Inventory(HashSet<string> machines) => _machines = machines;

    /// <summary>How many machines it names.</summary>
    public int Count => _machines.Count;

    /// <summary>Whether it names a machine.</summary>
    public bool Contains(string domain, string machine) => _machines.Contains(machine) || _machines.Contains(MachineKey.Of(domain, machine));

    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatException">A line is no machine, or there is none; the message says which.</exception>
    public static Inventory Read(string path)
    {
        var machines = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            var text = line.Split('#')[0].Trim();
            if (text.Length == 0) continue;

            var parts = text.Split('\\');
            string? fault = null;
            if (parts.Length > 2 || !MachineName.TryParse(parts[^1], out _, out fault)
                || (parts.Length == 2 && !DomainName.TryParse(parts[0], out _, out fault)))
            {
                throw new FormatException($"line {number} of {path}: {fault ?? $"{SafeText.Quote(text)} is no machine; write PC01 or CORP\\PC01"}.");
            }

            machines.Add(text);
        }

        return machines.Count > 0 ? new Inventory(machines) : throw new FormatException($"{path} names no machine: write one a line, for example CORP\\PC01.");
    }

    internal static string? FindFault(string path)
    {
        try
        {
            Read(path);
            return null;
        }
        catch (Exception fault) when (fault is FormatException or IOException or UnauthorizedAccessException)
        {
            return fault.Message;
        }
    }
}
