using Ccr.Core.Configuration;

namespace Ccr.Functions;

/// <summary>What is said instead of starting.</summary>
internal static class Refusal
{
    private const int WrongConfiguration = 2;

    /// <summary>
    /// A Functions host drops what a worker prints before it has started, but for lines that begin with this word: they become records of the host.
    /// Their level is the word after it.
    /// </summary>
    private const string ShownByHost = "LanguageWorkerConsoleLog error ";

    /// <summary>Prints each fault once, so that whoever started the app sees it.</summary>
    public static int Print(IReadOnlyList<ConfigurationFault> faults, bool startedByHost)
    {
        foreach (var fault in faults) Console.Error.WriteLine(startedByHost ? ShownByHost + fault : fault.ToString());
        return WrongConfiguration;
    }
}
