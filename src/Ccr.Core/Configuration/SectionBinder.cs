using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Ccr.Core.Configuration;

/// <summary>Binds a section of the configuration to its options, and refuses it with all of its faults at once.</summary>
internal sealed class SectionBinder<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>(
    IConfigurationSection section, Action<IConfiguration, T> bind, Func<T, IEnumerable<ConfigurationFault>> findFaults)
    : IConfigureOptions<T>, IValidateOptions<T>
    where T : class
{
    public void Configure(T options)
    {
        // A value that cannot be read would end the binding with the first fault. Then nothing is bound, and Validate names all of them.
        var (settings, faults) = SettingsCheck.Read(section, typeof(T));
        if (faults.Count == 0) bind(settings, options);
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
    /// <param name="bind">
    /// Puts the settings into the options: <c>(settings, options) => settings.Bind(options)</c>, said where the type is known, so that the compiler writes
    /// the code for it.
    /// </param>
    /// <param name="findFaults">What is wrong with options that could be read.</param>
    public static IServiceCollection AddSection<[DynamicallyAccessedMembers(
        DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] T>(
        this IServiceCollection services, IConfiguration configuration, string section, Action<IConfiguration, T> bind,
            Func<T, IEnumerable<ConfigurationFault>> findFaults)
        where T : class
    {
        var binder = new SectionBinder<T>(configuration.GetSection(section), bind, findFaults);
        services.AddSingleton<IConfigureOptions<T>>(binder);
        services.AddSingleton<IValidateOptions<T>>(binder);
        services.AddOptions<T>().ValidateOnStart();
        return services;
    }
}
