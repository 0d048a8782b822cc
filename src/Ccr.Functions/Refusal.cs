using Ccr.Core.Configuration;

namespace Ccr.Functions;

/// <summary>What is said instead of starting.</summary>
internal static class Refusal
{
    private const int WrongConfiguration = 2;

    public static int Print(IReadOnlyList<ConfigurationFault> faults)
    {
        foreach (var fault in faults) Console.Error.WriteLine(fault);
        return WrongConfiguration;
    }
}
