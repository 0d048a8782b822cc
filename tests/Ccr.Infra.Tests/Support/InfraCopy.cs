using System.Diagnostics;
using System.Text.Json;

namespace Ccr.Infra.Tests.Support;

/// <summary>A copy of infra/ that a test may change, and the Bicep compiler to run on it.</summary>
internal sealed class InfraCopy : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string _root = Directory.CreateTempSubdirectory("ccr-infra-").FullName;

    public InfraCopy()
    {
        var source = Repository.PathOf("infra");
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories).Where(file => !IsBuilt(file)))
        {
            var copy = PathOf(Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    public string PathOf(string file) => Path.Combine(_root, file);

    /// <summary>What a build of the samples leaves.</summary>
    private static bool IsBuilt(string file) => file.Split(Path.DirectorySeparatorChar).Any(folder => folder is "bin" or "obj");

    public string Read(string file) => File.ReadAllText(PathOf(file));

    /// <summary>Changes one place of one file; that it is there is part of the test.</summary>
    public void Replace(string file, string old, string replacement)
    {
        var text = Read(file);
        Assert.Contains(old, text, StringComparison.Ordinal);
        File.WriteAllText(PathOf(file), text.Replace(old, replacement, StringComparison.Ordinal));
    }

    /// <summary>Writes parameters for an installation with these sites and returns the name of the file.</summary>
    /// <param name="hosting">The plan.</param>
    /// <param name="sites">The sites.</param>
    /// <param name="more">Further lines of the file.</param>
    public Task<string> WriteParametersAsync(string hosting, IEnumerable<(string Key, string Transport)> sites, string more = "")
    {
        const string Point = ", \"ManagementPoints\": [{ \"Address\": \"http://mp.corp.example\" }]";
        var list = sites.Select(site => $"\"{site.Key}\": {{ \"Transport\": \"{site.Transport}\"{(site.Transport == "Relay" ? "" : Point)} }}");
        return WriteParametersAsync(hosting, $"{{ \"Ccr\": {{ \"DefaultDomain\": \"CORP\", \"Sites\": {{ {string.Join(", ", list)} }} }} }}", more);
    }

    /// <summary>Writes parameters for an installation with this configuration and returns the name of the file.</summary>
    public async Task<string> WriteParametersAsync(string hosting, string configuration, string more = "")
    {
        await File.WriteAllTextAsync(PathOf("written.ccr.json"), configuration, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            PathOf("written.bicepparam"),
            "using 'main.bicep'\nparam environmentName = 'test'\nparam location = 'westeurope'\n"
            + $"param configuration = loadJsonContent('written.ccr.json')\nparam hosting = '{hosting}'\n{more}\n",
            TestContext.Current.CancellationToken);
        return "written";
    }

    /// <summary>Everything that the linter has to say about every file.</summary>
    public async Task<string> LintAsync()
    {
        using var process = Process.Start(new ProcessStartInfo(Repository.Bicep, ["lint", "--pattern", "**/*.bicep"])
        {
            WorkingDirectory = _root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        return (await output + await error).Trim();
    }

    /// <summary>The template that the whole compiles to.</summary>
    public async Task<JsonElement> BuildAsync() =>
        Parse(await BicepServer.Instance.CompileAsync(PathOf("main.bicep"), TestContext.Current.CancellationToken));

    /// <summary>What a deployment with these parameters comes to: every resource, with all that is known beforehand.</summary>
    /// <param name="parameters">The name of a .bicepparam file.</param>
    /// <param name="resourceGroup">Where it is deployed, unless it makes the resource group itself.</param>
    public async Task<Deployment> PredictAsync(string parameters, string? resourceGroup = null)
    {
        var (snapshot, refusal) = await AskAsync(parameters, resourceGroup);
        Assert.Null(refusal);
        return new Deployment(Parse(snapshot!));
    }

    /// <summary>What a deployment with these parameters is refused with.</summary>
    public async Task<string> RefusalAsync(string parameters)
    {
        var (_, refusal) = await AskAsync(parameters);
        Assert.NotNull(refusal);
        return refusal;
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private Task<(string? Snapshot, string? Refusal)> AskAsync(string parameters, string? resourceGroup = null) =>
        BicepServer.Instance.PredictAsync(PathOf($"{parameters}.bicepparam"), resourceGroup, TestContext.Current.CancellationToken);

    private static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
