using System.Diagnostics;
using System.Runtime.InteropServices;
using Ccr.Campaign;

namespace Ccr.Performance.Experiment.Staging;

/// <summary>How the programs that ship are started: what a command line begins with.</summary>
/// <param name="Name">What the report calls them.</param>
/// <param name="Ccr">The command <c>ccr</c>.</param>
/// <param name="Agent">The agent.</param>
internal sealed record Programs(string Name, IReadOnlyList<string> Ccr, IReadOnlyList<string> Agent)
{
    /// <summary>What is set for them besides.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>This program, for the contestants that are in it.</summary>
    public static IReadOnlyList<string> Own { get; } = Built("Ccr.Performance.dll");

    /// <summary>As they lie beside this program.</summary>
    public static Programs AsBuilt { get; } = new("as built, not published", Built("ccr.dll"), Built("Ccr.Agent.dll"));

    /// <summary>The same with one setting more, such as <c>DOTNET_TieredPGO=1</c>; or those in a folder, published or as another build left them.</summary>
    public Programs Beside(string text)
    {
        if (text.Split('=', 2) is [var name, var value]) return this with { Name = text, Environment = [KeyValuePair.Create(name, value)] };

        var published = In(text);
        return File.Exists(published.Ccr[0])
            ? published
            : new Programs(Path.GetFileName(text), ["dotnet", Path.Combine(text, "ccr.dll")], ["dotnet", Path.Combine(text, "Ccr.Agent.dll")]);
    }

    /// <summary>Publishes both by the commands of their READMEs.</summary>
    /// <returns><see cref="AsBuilt"/> under a name that says why, where that cannot be.</returns>
    public static async Task<Programs> PublishAsync(CancellationToken cancellationToken)
    {
        var folder = Repository.PathOf("tests/Ccr.Performance/obj/published");
        return await PublishAsync("src/Ccr.Cli", folder, ["--self-contained", "-p:PublishSingleFile=true"], cancellationToken)
            && await PublishAsync("src/Ccr.Agent", folder, [], cancellationToken)
            ? In(folder)
            : AsBuilt with { Name = "not published: a package for that could not be restored" };
    }

    private static async Task<bool> PublishAsync(string project, string folder, IEnumerable<string> more, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            "publish", Repository.PathOf(project), "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier,
            "-o", Path.Combine(folder, Path.GetFileName(project)), "-nodeReuse:false", "-v", "q",
            "-p:RunAnalyzers=false", "-p:EnforceCodeStyleInBuild=false", .. more,
        ];
        using var publish = Process.Start(new ProcessStartInfo("dotnet", arguments) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var said = await publish.StandardOutput.ReadToEndAsync(cancellationToken);
        await publish.WaitForExitAsync(cancellationToken);
        if (publish.ExitCode != 0) await System.Console.Error.WriteLineAsync(said);
        return publish.ExitCode == 0;
    }

    private static Programs In(string folder) => new(
        Path.GetFileName(folder), [Path.Combine(folder, "Ccr.Cli", FileOf("ccr"))], [Path.Combine(folder, "Ccr.Agent", FileOf("Ccr.Agent"))]);

    private static string FileOf(string program) => OperatingSystem.IsWindows() ? $"{program}.exe" : program;

    private static string[] Built(string dll) => ["dotnet", Path.Combine(AppContext.BaseDirectory, dll)];
}
