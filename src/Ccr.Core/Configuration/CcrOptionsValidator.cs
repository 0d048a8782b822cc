using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Ccr.Core.Configuration;

/// <summary>Binds the section <c>Ccr</c>, and refuses it with all of its faults at once.</summary>
internal sealed class CcrOptionsValidator(IConfiguration configuration) : IConfigureOptions<CcrOptions>, IValidateOptions<CcrOptions>
{
    private readonly IConfigurationSection _section = configuration.GetSection(CcrOptions.Section);

    public void Configure(CcrOptions options)
    {
        // What cannot be read at all would end the binding with the first fault.
        if (!FindUnreadable().Any()) _section.Bind(options);
    }

    public ValidateOptionsResult Validate(string? name, CcrOptions options)
    {
        var faults = FindUnreadable().ToList();
        if (faults.Count == 0) faults = [.. options.FindFaults().Select(fault => $"{ConfigurationReasons.Invalid.Code}: {fault}")];
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private IEnumerable<string> FindUnreadable() => SettingsCheck.FindFaults(_section, typeof(CcrOptions));
}
