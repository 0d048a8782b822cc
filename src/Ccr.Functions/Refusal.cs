namespace Ccr.Functions;

/// <summary>What is said instead of starting.</summary>
internal static class Refusal
{
    private const int WrongConfiguration = 2;

    public static int Print(IReadOnlyList<string> faults)
    {
        foreach (var fault in faults) Console.Error.WriteLine(fault);
        return WrongConfiguration;
    }
}
