using Ccr.Functions.Tests.Support;
using Microsoft.Azure.Functions.Worker;

namespace Ccr.Functions.Tests;

/// <summary>What the build of the app promises.</summary>
public class BuildTests
{
    private const string Package = "Microsoft.Azure.Functions.Worker.Extensions.ServiceBus";
    private const string LockFile = "packages.package.lock.json";
    private static readonly string Project = Repository.PathOf("src", "Ccr.Functions");

    private static bool HasPackage => typeof(ServiceBusMessageActions).Assembly.GetName().Name == Package;

    [Fact(Timeout = Some.Patience)]
    public async Task Publish_WithoutThePackage_FailsWithOneSentence()
    {
        Assert.SkipWhen(HasPackage, "The feed has the package, so the app can be published.");

        var (exitCode, output, _) = await Dotnet.RunAsync(
            "publish", Project, "-c", Repository.Configuration, "--no-restore", "-nodeReuse:false", "-clp:ErrorsOnly;NoSummary");

        Assert.Equal(1, exitCode);
        var line = Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        Assert.Contains($"cannot be published as it was built: no package feed here has {Package}", line);
    }

    /// <summary>That build once failed with MSB4096, and a build without the package left a lock file that lacked it. These are several builds.</summary>
    [Fact(Timeout = 3 * Some.Patience)]
    public async Task FirstBuild_WithThePackageAtHand_TakesAndLocksIt()
    {
        using var clone = CleanClone.Make();
        await clone.OfferThePackageAsync();
        await File.WriteAllTextAsync(clone.PathOf("local.settings.json"), "{}", TestContext.Current.CancellationToken);

        var first = await clone.RunAsync("build", clone.PathOf("src", "Ccr.Functions"), "-p:RunAnalyzers=false", "-nodeReuse:false");
        var tests = await clone.RunAsync("restore", clone.PathOf("tests", "Ccr.Functions.Tests"), "-nodeReuse:false");
        var published = await clone.RunAsync(
            "publish", clone.PathOf("src", "Ccr.Functions"), "-c", "Debug", "--no-build", "-o", clone.PathOf("published"), "-nodeReuse:false");

        Assert.True(first.ExitCode == 0, first.Output);
        Assert.Equal(
            $"Ccr.Functions: built with the package {Package}",
            Assert.Single(first.Output.Split('\n', StringSplitOptions.TrimEntries), line => line.StartsWith("Ccr.Functions: ", StringComparison.Ordinal)));
        Assert.True(tests.ExitCode == 0, tests.Output);
        Assert.True(published.ExitCode == 0, published.Output);
        Assert.True(File.Exists(clone.PathOf("published", $"{Package}.dll")));
        Assert.True(File.Exists(clone.PathOf("published", "host.json")));
        Assert.False(File.Exists(clone.PathOf("published", "local.settings.json")));
        foreach (var lockFile in new[] { clone.PathOf("src", "Ccr.Functions", LockFile), clone.PathOf("tests", "Ccr.Functions.Tests", LockFile) })
            Assert.Contains(Package, await File.ReadAllTextAsync(lockFile, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task HostJson_FromTheRoot_IsInTheOutput() => Assert.Equal(
            await File.ReadAllTextAsync(Repository.PathOf("host.json"), TestContext.Current.CancellationToken),
            await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "host.json"), TestContext.Current.CancellationToken));

    /// <summary>
    /// The clone once failed where another test project was just installing Azurite, as in the first run after a checkout: a file there is locked.
    /// </summary>
    [Fact]
    public void Clone_OfTheSources_LeavesAloneWhatAnotherProjectInstalls()
    {
        using var clone = CleanClone.Make();

        Assert.True(File.Exists(clone.PathOf("tests", "Shared", "Azurite.cs")));
        Assert.False(Directory.Exists(clone.PathOf("tests", "Shared", "node")));
    }
}
