using Ccr.Core.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Ccr.Hosting;

/// <summary>Binds the section <c>Ledger</c>, and refuses it with all of its faults at once.</summary>
internal sealed class LedgerSettings(IConfiguration configuration) : IConfigureOptions<LedgerStoreOptions>, IValidateOptions<LedgerStoreOptions>
{
    /// <summary>App Service and Functions set it on every instance (App Service documentation, environment variables).</summary>
    private const string AzureInstance = "WEBSITE_INSTANCE_ID";

    private readonly IConfigurationSection _section = configuration.GetSection(LedgerStoreOptions.Section);

    public void Configure(LedgerStoreOptions options)
    {
        if (!FindUnreadable().Any()) _section.Bind(options);
    }

    public ValidateOptionsResult Validate(string? name, LedgerStoreOptions options)
    {
        var faults = FindUnreadable().ToList();
        var isScaledOut = !string.IsNullOrEmpty(configuration[AzureInstance]);
        if (faults.Count == 0) faults = [.. options.FindFaults(isScaledOut).Select(fault => $"{ConfigurationReasons.Invalid.Code}: {fault}")];
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private IEnumerable<string> FindUnreadable() => SettingsCheck.FindFaults(_section, typeof(LedgerStoreOptions));
}
