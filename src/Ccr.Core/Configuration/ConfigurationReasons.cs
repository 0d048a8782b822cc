using Ccr.Core.Results;

namespace Ccr.Core.Configuration;

/// <summary>The catalogue's 50xx: what is wrong with the configuration of the job.</summary>
public static class ConfigurationReasons
{
    /// <summary>A setting has a value that cannot be used.</summary>
    public static readonly ReasonCode Invalid = new(
        "CCR5001", "A setting cannot be used", "Write what the message says; nothing starts until all settings are sound.");

    /// <summary>A setting does not exist, so somebody believes that something is configured which is not.</summary>
    public static readonly ReasonCode Unknown = new("CCR5002", "A setting is not known", "Correct its spelling, or remove it.");

    /// <summary>A site is configured to believe messages that are not signed.</summary>
    public static readonly ReasonCode SignaturesOff = new(
        "CCR5003", "AllowUnsigned is true: unsigned commands and results are believed",
        "Write SigningKeys at the processor and at the site's agents, and take AllowUnsigned out again.");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ReasonCode> All { get; } = [Invalid, Unknown, SignaturesOff];
}
