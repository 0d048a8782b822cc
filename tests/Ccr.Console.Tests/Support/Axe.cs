using System.Diagnostics;
using System.Text.Json;
using Microsoft.Playwright;

namespace Ccr.Console.Tests.Support;

/// <summary>axe-core, from npm: what a machine can find wrong with a page for who cannot see it or has no mouse.</summary>
internal static class Axe
{
    private static readonly string Folder = Path.Combine(CcrProcess.Root, "tests", "Ccr.Console.Tests", "node");

    private static readonly Lazy<Task<string>> Script = new(InstallAsync);

    /// <summary>The serious and critical findings of a page, each with where it is.</summary>
    public static async Task<IReadOnlyList<string>> FindAsync(IPage page)
    {
        await page.EvaluateAsync(await Script.Value);
        var found = await page.EvaluateAsync<JsonElement>("async () => await axe.run(document, { resultTypes: ['violations'] })");
        return
        [
            .. found.GetProperty("violations").EnumerateArray()
                .Where(violation => violation.GetProperty("impact").GetString() is "serious" or "critical")
                .SelectMany(violation => violation.GetProperty("nodes").EnumerateArray().Select(node => $"{violation.GetProperty("id")}: {node.GetProperty("html")}")),
        ];
    }

    private static async Task<string> InstallAsync()
    {
        var file = Path.Combine(Folder, "node_modules", "axe-core", "axe.min.js");
        if (!File.Exists(file))
        {
            Prerequisite.Require(IsNpmThere, "npm is missing: install nodejs and npm.");
            var start = new ProcessStartInfo("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
            (start.WorkingDirectory, start.RedirectStandardOutput, start.UseShellExecute) = (Folder, true, false);
            using var npm = Process.Start(start)!;
            var said = await npm.StandardOutput.ReadToEndAsync();
            await npm.WaitForExitAsync();
            Assert.True(npm.ExitCode == 0, $"npm ci in {Folder} failed: {said}");
        }

        return await File.ReadAllTextAsync(file);
    }

    private static bool IsNpmThere => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, "npm")));
}
