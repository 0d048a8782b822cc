using System.Runtime.CompilerServices;

namespace Ccr.Architecture.Tests.Support;

/// <summary>The repository's own files, without what builds leave.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The files below a folder of the repository, by the end of their names, as paths relative to the root.</summary>
    public static IReadOnlyList<string> Files(string folder, params string[] ends) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Root, folder), "*",
            new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.System })
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => ends.Any(end => path.EndsWith(end, StringComparison.Ordinal)) && !path.Split('/')
                .Any(part => part is "obj" or "bin" or ".git" or "artifacts" or "node_modules"))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The projects of src.</summary>
    public static IReadOnlyList<string> Projects { get; } = [.. Files("src", ".csproj")
        .Where(path => path.Split("/") is [_, var folder, var file] && file == $"{folder}.csproj")];

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static string[] ReadLines(string path) => File.ReadAllLines(Path.Combine(Root, path));

    private static string FindRoot([CallerFilePath] string here = "")
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(here)!);
        while (!File.Exists(Path.Combine(folder.FullName, "CcrFunctions.sln")))
        {
            folder = folder.Parent
            ?? throw new InvalidOperationException("The solution was not found.");
        }

        return folder.FullName;
    }
}
