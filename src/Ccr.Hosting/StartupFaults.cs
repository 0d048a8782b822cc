using Ccr.Core.Ledger;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Ccr.Hosting;

/// <summary>Checks all options of a host and opens its ledger, before anything else of it is made.</summary>
public static class StartupFaults
{
    /// <summary>Every fault of every section, and of the ledger: its code, the setting, and what to write or do instead. None when all is sound.</summary>
    public static IReadOnlyList<string> Find(IServiceProvider services) => FindInLedger(services) is { } fault ? [.. FindInOptions(services), fault] : FindInOptions(services);

    /// <summary>The faults of the sections.</summary>
    public static IReadOnlyList<string> FindInOptions(IServiceProvider services)
    {
        try
        {
            services.GetRequiredService<IStartupValidator>().Validate();
            return [];
        }
        catch (OptionsValidationException faults)
        {
            return [.. faults.Failures];
        }
        catch (AggregateException faults) when (faults.InnerExceptions.All(fault => fault is OptionsValidationException))
        {
            return [.. faults.InnerExceptions.Cast<OptionsValidationException>().SelectMany(each => each.Failures)];
        }
    }

    /// <summary>Opens the ledger, if it is configured as it should be; what is wrong with it then, or null.</summary>
    public static string? FindInLedger(IServiceProvider services)
    {
        try
        {
            services.GetRequiredService<ILedgerStore>();
            return null;
        }
        catch (LedgerException fault)
        {
            return $"{fault.Message} (setting {LedgerStoreOptions.Section})";
        }
        catch (OptionsValidationException)
        {
            // These are faults of a section, and found there.
            return null;
        }
    }
}
