namespace Ccr.Core.Configuration;

/// <summary>
/// Settings by a key of somebody's own, which may also be written as a list. App Service takes only letters, digits, periods and underscores in the name
/// of a setting, and turns periods into underscores on Linux; so a key with other characters is written as a value: <c>DnsSuffixes:0:Suffix</c>.
/// </summary>
/// <param name="key">The name of the entry's setting that holds the key.</param>
/// <param name="value">The name of its setting that holds all the rest; null where the entry's other settings are the rest.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PairsAttribute(string key, string? value = null) : Attribute
{
    /// <summary>The name of the entry's setting that holds the key.</summary>
    public string Key { get; } = key;

    /// <summary>The name of its setting that holds all the rest, if there is one.</summary>
    public string? Value { get; } = value;
}
