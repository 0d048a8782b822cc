using System.Reflection;
using Ccr.Core.Results;

namespace Ccr.Architecture.Tests.Support;

/// <summary>The catalogues of reasons in all assemblies of src.</summary>
internal static class Catalogues
{
    /// <summary>All assemblies of src: this project references each.</summary>
    public static IReadOnlyList<Assembly> Assemblies { get; } =
    [
        .. Repository.Projects.Select(path => Path.GetFileNameWithoutExtension(path))
            .Select(name => Assembly.Load(name == "Ccr.Cli" ? "ccr" : name)),
    ];

    /// <summary>Every field of the type, wherever it is, in a class whose name ends in Reasons.</summary>
    public static IReadOnlyList<(Type Catalogue, ReasonCode Reason)> Defined { get; } =
    [
        .. from assembly in Assemblies
           from type in assembly.GetTypes()
           from field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
           where field.FieldType == typeof(ReasonCode) && !field.Name.Contains('<', StringComparison.Ordinal)
           select (type, (ReasonCode)field.GetValue(null)!),
    ];
}
