using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Ccr.Core.Configuration;

/// <summary>Reads lists of pairs (<see cref="PairsAttribute"/>) as if each entry had been written under its key.</summary>
public static class PairLists
{
    /// <summary>The section with every entry under its key. An entry that is written in both forms is one entry.</summary>
    /// <param name="section">The section as it is written.</param>
    /// <param name="type">The options that it is bound to.</param>
    /// <param name="faults">Where it goes what an entry says otherwise elsewhere, or has no name for.</param>
    public static IConfigurationSection Read(
        IConfigurationSection section, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] Type type,
        ICollection<ConfigurationFault> faults)
    {
        var entries = FindEntries(section, type).ToList();
        if (entries.Count == 0) return section;

        var settings = section.AsEnumerable()
            .Where(setting => setting.Value is not null || !section.GetSection(Below(section, setting.Key)).GetChildren().Any())
            .ToDictionary(setting => setting.Key, setting => setting.Value, StringComparer.OrdinalIgnoreCase);
        foreach (var (entry, _) in entries)
            foreach (var (path, _) in entry.AsEnumerable()) settings.Remove(path);
        foreach (var (entry, pair) in entries) Add(settings, entry, pair, faults);
        return new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetSection(section.Path);
    }

    private static IEnumerable<(IConfigurationSection Entry, PairsAttribute Pair)> FindEntries(IConfigurationSection section, Type type)
    {
        foreach (var property in SettingsCheck.SettingsOf(type))
        {
            var child = section.GetSection(property.Name);
            var pair = property.GetCustomAttribute<PairsAttribute>();
            var found = pair is not null ? child.GetChildren().Where(entry => entry[pair.Key] is not null).Select(entry => (entry, pair))
                : property.PropertyType.Assembly == type.Assembly ? FindEntries(child, property.PropertyType)
                : [];
            foreach (var entry in found) yield return entry;
        }
    }

    private static void Add(
        Dictionary<string, string?> settings, IConfigurationSection entry, PairsAttribute pair, ICollection<ConfigurationFault> faults)
    {
        var root = $"{ConfigurationPath.GetParentPath(entry.Path)}:{entry[pair.Key]}";
        foreach (var (name, value) in entry.AsEnumerable(makePathsRelative: true))
        {
            if (name.Equals(pair.Key, StringComparison.OrdinalIgnoreCase) || (value is null && entry.GetSection(name).GetChildren().Any())) continue;
            var isOfValue = pair.Value is null || name.Equals(pair.Value, StringComparison.OrdinalIgnoreCase)
                || name.StartsWith($"{pair.Value}:", StringComparison.OrdinalIgnoreCase);
            if (!isOfValue)
            {
                faults.Add(new ConfigurationFault(
                    ConfigurationReasons.Unknown, $"{entry.Path}:{name}", $"is not a setting: write one of {pair.Key}, {pair.Value}."));
                continue;
            }

            var path = pair.Value is null ? $"{root}:{name}" : root + name[pair.Value.Length..];
            if (!settings.TryAdd(path, value) && settings[path] != value)
                faults.Add(ConfigurationFault.Of($"{entry.Path}:{name}", $"says otherwise than {path}: write it once."));
        }
    }

    private static string Below(IConfigurationSection section, string path) => path.Length == section.Path.Length ? "" : path[(section.Path.Length + 1)..];
}
