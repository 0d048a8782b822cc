using System.Diagnostics;
using Ccr.Cli;
using Ccr.EndToEnd.Tests.Support;

namespace Ccr.EndToEnd.Tests;

/// <summary>Runs the commands of the README, each as a process of its own in the root of the repository.</summary>
public class ReadmeTests
{
    private const string Run = "    dotnet run -c Quick --project src/Ccr.Cli -- ";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static TheoryData<string> Commands =>
        [.. File.ReadLines(Repository.PathOf("README.md")).Where(line => line.StartsWith(Run, StringComparison.Ordinal)).Select(line => line[Run.Length..])];

    [Fact]
    public void Readme_FirstTwoCommands_RunTheJobAndTheTests()
    {
        var commands = File.ReadLines(Repository.PathOf("README.md")).Where(line => line.StartsWith("    dotnet ", StringComparison.Ordinal)).Take(2);

        Assert.Equal([Run + "local --events tests/events --until-idle", "    dotnet test CcrFunctions.sln"], commands);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Readme_EveryCommand_Succeeds(string arguments)
    {
        using var process = Start(arguments);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(
            Patience, TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(process.ExitCode == 0, output);
        Assert.NotEmpty(output);
    }

    [Theory]
    [InlineData("INT", false)]
    [InlineData("INT", true)]
    [InlineData("TERM", true)]
    public async Task Local_Interrupted_DrainsAndSaysByItsExitCodeWhoStoppedIt(string signal, bool isIgnoredByTheParent)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "SIGINT cannot be sent to one process on Windows.");
        using var process = Start("local --events tests/events --json", isIgnoredByTheParent);
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(
            Patience, TestContext.Current.CancellationToken) is { } line && !line.Contains("\"result\""))
        {
        }

        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        var rest = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(
            Patience, TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Contains("\"summary\"", rest);
        Assert.Contains(process.ExitCode, signal == "INT" ? [ExitCode.Interrupted] : new[] { ExitCode.Done, ExitCode.Failed });
    }

    private static Process Start(string arguments, bool ignoreSignals = false)
    {
        string[] command = ["dotnet", typeof(CommandLine).Assembly.Location, .. arguments.Split(' ')];
        if (ignoreSignals) command = ["bash", "-c", "trap '' INT TERM; exec \"$@\"", "bash", .. command];
        return Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
    }
}
