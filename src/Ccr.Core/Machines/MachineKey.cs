namespace Ccr.Core.Machines;

/// <summary>What a machine is called in the ledger: its domain and its name, since names repeat between domains.</summary>
public static class MachineKey
{
    /// <summary>The key of a machine.</summary>
    public static string Of(string domain, string machine) => $"{domain}\\{machine}";
}
