using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Ccr.Core.Configuration;

/// <summary>
/// Compares a configuration section with the options that it is bound to, and finds what the binder would pass over (a misspelt key) or stop at (the
/// first value of several that cannot be read).
/// </summary>
public static class SettingsCheck
{
    /// <summary>
    /// The section as the options take it, with its lists of pairs as they are meant, and every fault of it. With a fault it is not to be bound.
    /// </summary>
    public static (IConfigurationSection Settings, IReadOnlyList<ConfigurationFault> Faults) Read(
        IConfigurationSection section, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] Type type)
    {
        var faults = new List<ConfigurationFault>();
        var settings = PairLists.Read(section, type, faults);
        return (settings, [.. faults, .. FindFaults(settings, type)]);
    }

    /// <summary>Every such fault.</summary>
    public static IEnumerable<ConfigurationFault> Find(
        IConfigurationSection section, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] Type type) => FindFaults(section, type);

    [UnconditionalSuppressMessage(
        "Trimming", "IL2070", Justification = "The type of a section is annotated, and the outermost options keep the types below them.")]
    internal static PropertyInfo[] SettingsOf(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance);

    private static IEnumerable<ConfigurationFault> FindFaults(IConfigurationSection section, Type type)
    {
        // Such a section is bound, and looked at, by whoever knows what it means.
        if (type == typeof(IConfigurationSection)) return [];
        if (ElementTypeOf(type) is { } elementType) return section.GetChildren().SelectMany(child => FindFaults(child, elementType));
        return IsSimple(type) ? FindValueFault(section, type) : FindMemberFaults(section, type);
    }

    private static IEnumerable<ConfigurationFault> FindMemberFaults(IConfigurationSection section, Type type)
    {
        var known = SettingsOf(type).ToDictionary(p => p.Name, p => p.PropertyType, StringComparer.OrdinalIgnoreCase);
        foreach (var child in section.GetChildren())
        {
            if (known.TryGetValue(child.Key, out var memberType))
            {
                foreach (var fault in FindFaults(child, memberType)) yield return fault;
            }
            else
            {
                yield return new ConfigurationFault(ConfigurationReasons.Unknown, child.Path,
                    $"is not a setting: write one of {string.Join(", ", known.Keys.Order(StringComparer.Ordinal))}.");
            }
        }
    }

    private static IEnumerable<ConfigurationFault> FindValueFault(IConfigurationSection section, Type type)
    {
        var valueType = Nullable.GetUnderlyingType(type) ?? type;
        if (section.Value is null && section.GetChildren().Any())
        {
            yield return ConfigurationFault.Of(section.Path, "has settings below it: write a single value.");
        }
        else if (section.Value is { } text && (text.Length > 0 || type is { IsValueType: true } && type == valueType) && !CanRead(text, valueType))
        {
            // The value is not repeated: it may be a secret in the wrong place.
            yield return ConfigurationFault.Of(section.Path, $"cannot be read: write {ExampleOf(valueType)}.");
        }
    }

    private static bool CanRead(string text, Type type) => type switch
    {
        _ when type == typeof(int) => int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _),
        _ when type == typeof(double) => double.TryParse(text, CultureInfo.InvariantCulture, out _),
        _ when type == typeof(bool) => bool.TryParse(text, out _),
        _ when type == typeof(TimeSpan) => TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out _),
        _ when type == typeof(Uri) => Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out _),
        { IsEnum: true } => Enum.TryParse(type, text, ignoreCase: true, out _),
        _ => type == typeof(string),
    };

    private static string ExampleOf(Type type) => type switch
    {
        _ when type == typeof(TimeSpan) => "a time as days.hours:minutes:seconds, for example 00:05:00",
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(Uri) => "an address, for example http://mp01",
        { IsEnum: true } => $"one of {string.Join(", ", Enum.GetNames(type))}",
        _ => "a number",
    };

    /// <summary>What a list or a dictionary of settings holds: the last of the arguments of its type.</summary>
    private static Type? ElementTypeOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() is { } list && (list == typeof(IList<>) || list == typeof(IDictionary<,>))
            ? type.GetGenericArguments()[^1]
            : null;

    private static bool IsSimple(Type type) => type.IsValueType || type == typeof(string) || type == typeof(Uri);
}
