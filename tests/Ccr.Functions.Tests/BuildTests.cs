using System.Diagnostics;
using System.Text.Json;
using Ccr.Functions.Tests.Support;
using Microsoft.Azure.Functions.Worker;

namespace Ccr.Functions.Tests;

/// <summary>What the build of the app promises. What is about a contract build is skipped when the real packages are there.</summary>
public class BuildTests
{
    private const int Patience = 300_000;
    private static readonly string Project = Repository.PathOf("src", "Ccr.Functions");

    private static bool IsContract => typeof(ServiceBusMessageActions).Assembly == typeof(ReinstallRequested).Assembly;

    [Fact(Timeout = Patience)]
    public async Task Publish_OfAContractBuild_FailsWithOneSentence()
    {
        Assert.SkipUnless(IsContract, "The feed has the packages of the Functions worker.");

        var (exitCode, output, _) = await RunAsync("publish", Project, "--no-restore", "-nodeReuse:false", "-clp:ErrorsOnly;NoSummary");

        Assert.Equal(1, exitCode);
        var line = Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        Assert.Contains("cannot be published: restore it on a feed with Microsoft.Azure.Functions.Worker", line);
    }

    [Fact(Timeout = Patience)]
    public async Task Run_OfAContractBuild_SaysWhatToDoAndEnds()
    {
        Assert.SkipUnless(IsContract, "The feed has the packages of the Functions worker.");

        var (exitCode, output, error) = await RunAsync(typeof(ReinstallRequested).Assembly.Location);

        Assert.Equal((2, ""), (exitCode, output));
        Assert.Matches("^CCR5801: [^\n]+ccr process[^\n]+\n?$", error.ReplaceLineEndings("\n"));
    }

    [Fact(Timeout = Patience)]
    public async Task HostJson_FromTheRoot_IsInTheOutputAndInThePackage()
    {
        var (_, json, _) = await RunAsync(
            "msbuild", Project, "-nodeReuse:false", "-t:ComputeResolvedFilesToPublishList", "-p:BuildProjectReferences=false", "-getItem:ResolvedFileToPublish");

        using var items = JsonDocument.Parse(json);
        var published = items.RootElement.GetProperty("Items").GetProperty("ResolvedFileToPublish").EnumerateArray().Select(item => item.GetProperty("RelativePath").GetString()).ToList();
        Assert.Contains("host.json", published);
        Assert.DoesNotContain("local.settings.json", published);
        Assert.Equal(
            await File.ReadAllTextAsync(Repository.PathOf("host.json"), TestContext.Current.CancellationToken),
            await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "host.json"), TestContext.Current.CancellationToken));
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }
}
