using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Ccr.Core.Tests.Configuration;

/// <summary>What the native agent, whose unused parts are cut away, must keep of the options to find a misspelt setting.</summary>
public class TrimmedSettingsTests
{
    private static readonly Type[] Readable = [typeof(string), typeof(int), typeof(double), typeof(bool), typeof(TimeSpan), typeof(Uri)];

    [Fact]
    public void Constructor_OfTheOptions_KeepsEveryTypeBelowThem()
    {
        var kept = typeof(CcrOptions).GetConstructor([])!.GetCustomAttributes<DynamicDependencyAttribute>().Select(dependency => dependency.Type!);

        Assert.Equal(
            TypesBelow(typeof(CcrOptions)).Where(type => type.Assembly == typeof(CcrOptions).Assembly && !type.IsEnum)
                .Select(type => type.FullName).Distinct().Order(StringComparer.Ordinal),
            kept.Select(type => type.FullName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Settings_OfTheOptions_AreOfTypesThatTheCheckCanRead() =>
        Assert.All(
            TypesBelow(typeof(CcrOptions)).Where(type => type.Assembly != typeof(CcrOptions).Assembly && type != typeof(IConfigurationSection)),
            type => Assert.Contains(type, Readable));

    private static IEnumerable<Type> TypesBelow(Type type) => type.GetProperties()
        .Select(property => property.PropertyType)
        .Select(member => member.IsGenericType ? member.GetGenericArguments()[^1] : member)
        .Select(member => member.IsGenericType ? member.GetGenericArguments()[^1] : member)
        .SelectMany(member => member.Assembly == type.Assembly && !member.IsEnum ? TypesBelow(member).Prepend(member) : [member]);
}
