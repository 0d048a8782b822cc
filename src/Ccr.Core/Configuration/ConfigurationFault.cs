using Ccr.Core.Results;
using Microsoft.Extensions.Options;

namespace Ccr.Core.Configuration;

/// <summary>One fault of the configuration.</summary>
/// <param name="Reason">The catalogue entry; mostly <see cref="ConfigurationReasons.Invalid"/>.</param>
/// <param name="Key">The setting, for example <c>Ccr:Rate:MaxConcurrent</c>, or a whole section.</param>
/// <param name="Text">
/// What is wrong with it and what to write instead. It goes on where the key ends, so it begins with a verb (<c>is 0: write a
/// number from 1 to 1000.</c>), a comma or a colon (<c>: the address has a path; write ...</c>).
/// </param>
public sealed record ConfigurationFault(ReasonCode Reason, string Key, string Text)
{
    /// <summary>The section that the setting is in.</summary>
    public string Section => Key.Split(':')[0];

    /// <summary>A setting that has a value which cannot be used.</summary>
    public static ConfigurationFault Of(string key, string text) => new(ConfigurationReasons.Invalid, key, text);

    /// <summary>The key and the text.</summary>
    public string Message => $"{Key}{(Text[0] is ':' or ',' ? "" : " ")}{Text}";

    /// <summary>The line that people read: the code, the key and the text.</summary>
    public override string ToString() => $"{Reason.Code}: {Message}";
}

/// <summary>Makes faults of the keys that they are about.</summary>
public static class ConfigurationFaults
{
    /// <summary>The setting of this key has a value that cannot be used.</summary>
    public static ConfigurationFault Fault(this string key, string text) => ConfigurationFault.Of(key, text);

    /// <summary>The setting of this name below the key has a value that cannot be used.</summary>
    public static ConfigurationFault Fault(this string key, string name, string text) => ConfigurationFault.Of($"{key}:{name}", text);
}

/// <summary>Thrown where the options of a section are first asked for, with everything that is wrong with them.</summary>
public sealed class ConfigurationFaultException : OptionsValidationException
{
    /// <summary>Makes the exception.</summary>
    public ConfigurationFaultException(Type optionsType, IReadOnlyList<ConfigurationFault> faults)
        : base(Options.DefaultName, optionsType, faults.Select(fault => fault.ToString())) => Faults = faults;

    /// <summary>All faults of the section, never none.</summary>
    public IReadOnlyList<ConfigurationFault> Faults { get; }
}
