using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Ccr.Architecture.Tests.Support;

/// <summary>One use of one thing by another, and where it stands.</summary>
internal sealed record Arrow(string From, string To, string Where);

/// <summary>Draws the arrows from the source.</summary>
internal static partial class Arrows
{
    public const string Core = "src/Ccr.Core/";

    /// <summary>The name of the folder in which the files of the root itself count.</summary>
    public const string RootFolder = "(root)";

    /// <summary>Only limits an expression that never ends.</summary>
    private const int Timeout = 30_000;

    /// <summary>The arrows between the top folders of Ccr.Core: by usings, by qualified names, and by namespaces that do not fit their folder.</summary>
    public static IReadOnlyList<Arrow> OfCore() => OfCore(Repository.Files(Core, ".cs").Select(path => (path, Repository.Read(path))));

    public static IReadOnlyList<Arrow> OfCore(IEnumerable<(string Path, string Text)> files)
    {
        var sources = files.ToList();
        var types = sources.SelectMany(source => Types().Matches(source.Text)
            .Select(match => (Folder: FolderOf(source.Path), Name: match.Groups["type"].Value)))
            .ToHashSet();
        var folders = sources.Select(source => FolderOf(source.Path)).ToHashSet(StringComparer.Ordinal);
        var ofRoot = types.Where(type => type.Folder == RootFolder).Select(type => type.Name).ToList();
        var arrows = new List<Arrow>();
        foreach (var (path, text) in sources)
        {
            var from = FolderOf(path);
            foreach (var (line, number) in text.Split('\n').Select((line, index) => (line, index + 1)))
            {
                var code = Comment().Replace(line, "");
                var qualified = Qualified().Matches(code).Select(match => match.Groups["folder"].Value).Where(folders.Contains);
                var relative = Relative().Matches(code).Select(match => (Folder: match.Groups["folder"].Value, Name: match.Groups["type"].Value))
                    .Where(types.Contains);
                var root = ofRoot.Where(type => Regex.IsMatch(code, $@"(?<![\w.]){type}\b", RegexOptions.None, TimeSpan.FromMilliseconds(Timeout)))
                    .Select(_ => RootFolder);
                arrows.AddRange(qualified.Concat(relative.Select(type => type.Folder)).Concat(root).Where(to => to != from)
                    .Select(to => new Arrow(from, to, $"{path}:{number}")));
            }
        }

        return arrows;
    }

    /// <summary>The arrows between the projects of src.</summary>
    public static IReadOnlyList<Arrow> OfProjects() =>
    [
        .. from path in Repository.Projects
           from reference in XDocument.Parse(Repository.Read(path)).Descendants("ProjectReference")
           select new Arrow(NameOf(path), NameOf(reference.Attribute("Include")!.Value), path),
    ];

    /// <summary>A way from a thing back to itself, or null when there is none.</summary>
    public static string? FindCircle(IEnumerable<Arrow> arrows)
    {
        var next = arrows.ToLookup(arrow => arrow.From, arrow => arrow.To, StringComparer.Ordinal);
        return next.Select(from => Find([from.Key])).FirstOrDefault(circle => circle is not null);

        string? Find(IReadOnlyList<string> way) => next[way[^1]].Distinct()
            .Select(to => to == way[0] ? string.Join(" > ", way.Append(to)) : way.Contains(to) ? null : Find([.. way, to]))
            .FirstOrDefault(circle => circle is not null);
    }

    private static string FolderOf(string path) => path[Core.Length..].Split('/') is [var folder, _, ..] ? folder : RootFolder;

    private static string NameOf(string path) => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'));

    [GeneratedRegex(@"\bCcr\.Core\.(?<folder>\w+)", RegexOptions.None, Timeout)]
    private static partial Regex Qualified();

    /// <summary>Inside of Ccr.Core a name may begin at a folder: <c>Results.Outcome</c>. A member of that name has something before it.</summary>
    [GeneratedRegex(@"(?<![\w.""/:])(?<folder>[A-Z]\w+)\.(?<type>[A-Z]\w+)", RegexOptions.None, Timeout)]
    private static partial Regex Relative();

    [GeneratedRegex(@"^\s*//(?!/).*|\s//(?!/).*$", RegexOptions.None, Timeout)]
    private static partial Regex Comment();

    [GeneratedRegex(@"^(?:public|internal) [\w ]*?(?:class|record|struct|interface|enum) (?<type>\w+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        Timeout)]
    private static partial Regex Types();
}
