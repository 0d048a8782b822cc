using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Ccr.Core.Configuration;

/// <summary>Binds a section of the configuration to its options, and refuses it with all of its faults at once.</summary>
internal sealed class SectionBinder<T>(IConfigurationSection section, Func<T, IEnumerable<ConfigurationFault>> findFaults, Action<T>? complete)
    : IConfigureOptions<T>, IValidateOptions<T>
    where T : class
{
    public void Configure(T options)
    {
        // A value that cannot be read would end the binding with the first fault. Then nothing is bound, and Validate names all of them.
        var (settings, faults) = SettingsCheck.Read(section, typeof(T));
        if (faults.Count > 0) return;

        settings.Bind(options);
        complete?.Invoke(options);
    }

    public ValidateOptionsResult Validate(string? name, T options)
    {
        var (_, faults) = SettingsCheck.Read(section, typeof(T));
        if (faults.Count == 0) faults = [.. findFaults(options)];
        return faults.Count == 0 ? ValidateOptionsResult.Success : throw new ConfigurationFaultException(typeof(T), faults);
    }
}

/// <summary>Registers sections of the configuration.</summary>
public static class SectionServices
{
    /// <summary>Registers the options of a section: misspelt and unreadable settings are faults, and all faults come together when the host starts.</summary>
    /// <param name="services">Where they are registered.</param>
    /// <param name="configuration">The whole configuration.</param>
    /// <param name="section">The name of the section.</param>
    /// <param name="findFaults">What is wrong with options that could be read.</param>
    /// <param name="complete">Adds to the options what binding cannot, such as the value of the section itself.</param>
    public static IServiceCollection AddSection<T>(
        this IServiceCollection services, IConfiguration configuration, string section, Func<T, IEnumerable<ConfigurationFault>> findFaults,
            Action<T>? complete = null)
        where T : class
    {
        var binder = new SectionBinder<T>(configuration.GetSection(section), findFaults, complete);
        services.AddSingleton<IConfigureOptions<T>>(binder);
        services.AddSingleton<IValidateOptions<T>>(binder);
        services.AddOptions<T>().ValidateOnStart();
        return services;
    }
}
