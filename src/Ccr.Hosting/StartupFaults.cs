using Ccr.Hosting.Processing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Ccr.Hosting;

/// <summary>Checks all options of a host and opens its ledger, before anything else of it is made.</summary>
public static class StartupFaults
{
    /// <summary>Every fault of every section, and of the ledger. None when all is sound.</summary>
    public static IReadOnlyList<ConfigurationFault> Find(IServiceProvider services) =>
        FindInLedger(services) is { } fault ? [.. FindInOptions(services), fault] : FindInOptions(services);

    /// <summary>The faults of the sections.</summary>
    public static IReadOnlyList<ConfigurationFault> FindInOptions(IServiceProvider services)
    {
        try
        {
            services.GetRequiredService<IStartupValidator>().Validate();
            return [];
        }
        catch (ConfigurationFaultException section)
        {
            return section.Faults;
        }
        catch (AggregateException sections) when (sections.InnerExceptions.All(section => section is ConfigurationFaultException))
        {
            return [.. sections.InnerExceptions.Cast<ConfigurationFaultException>().SelectMany(section => section.Faults)];
        }
    }

    /// <summary>
    /// Opens the ledger, if it is configured as it should be, and sees that a processor may take it; what is wrong with it then, or null.
    /// </summary>
    public static ConfigurationFault? FindInLedger(IServiceProvider services)
    {
        try
        {
            services.GetRequiredService<ILedgerStore>();
            services.GetService<LedgerNeighbours>();
            return null;
        }
        catch (LedgerException fault)
        {
            return new ConfigurationFault(fault.Reason, LedgerStoreOptions.Section, $": {fault.Cause}");
        }
        catch (ConfigurationFaultException)
        {
            // These are faults of a section, and found there.
            return null;
        }
    }
}
