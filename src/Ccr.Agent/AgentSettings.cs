using Ccr.Core.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Ccr.Agent;

/// <summary>Binds the section <c>Agent</c>, and refuses it with all of its faults at once.</summary>
internal sealed class AgentSettings(IConfiguration configuration) : IConfigureOptions<AgentOptions>, IValidateOptions<AgentOptions>
{
    private readonly IConfigurationSection _section = configuration.GetSection(AgentOptions.Section);

    public void Configure(AgentOptions agent)
    {
        if (!FindUnreadable().Any()) _section.Bind(agent);
    }

    public ValidateOptionsResult Validate(string? name, AgentOptions agent)
    {
        var faults = FindUnreadable().ToList();
        if (faults.Count == 0) faults = [.. agent.FindFaults(ReadSites()).Select(fault => $"{ConfigurationReasons.Invalid.Code}: {fault}")];
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    /// <summary>Only read for what the agent says of its site: the section's own faults are found by its own validator.</summary>
    private CcrOptions ReadSites()
    {
        var options = new CcrOptions();
        var section = configuration.GetSection(CcrOptions.Section);
        if (!SettingsCheck.FindFaults(section, typeof(CcrOptions)).Any()) section.Bind(options);
        return options;
    }

    private IEnumerable<string> FindUnreadable() => SettingsCheck.FindFaults(_section, typeof(AgentOptions));
}
