using Ccr.EndToEnd.Tests.Support;

namespace Ccr.EndToEnd.Tests;

/// <summary>
/// What people read is kept as snapshots beside this file. To accept a change, run the tests with CCR_ACCEPT_SNAPSHOTS=1 and review the difference.
/// </summary>
public class HelpTests
{
    [Theory]
    [InlineData("")]
    [InlineData("local")]
    [InlineData("init")]
    [InlineData("agent")]
    [InlineData("explain")]
    [InlineData("submit")]
    [InlineData("send")]
    [InlineData("watch")]
    [InlineData("process")]
    [InlineData("check")]
    [InlineData("broker")]
    [InlineData("simulate-mp")]
    [InlineData("simulate-site")]
    [InlineData("history")]
    [InlineData("dead-letters")]
    [InlineData("dead-letters list")]
    [InlineData("dead-letters redrive")]
    [InlineData("dead-letters discard")]
    [InlineData("ledger")]
    [InlineData("pause")]
    [InlineData("pause on")]
    [InlineData("status")]
    [InlineData("console")]
    [InlineData("actions")]
    [InlineData("brake")]
    [InlineData("release")]
    public async Task Help_OfEveryCommand_IsAsReviewed(string command)
    {
        string[] arguments = [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"];
        var file = Repository.PathOf("tests", "Ccr.EndToEnd.Tests", "Snapshots", $"help-{(command.Length == 0 ? "ccr" : command.Replace(' ', '-'))}.txt");

        var run = await CcrCommand.RunAsync(arguments);

        // The command is named after the file that runs it, which is the test host here.
        var help = string.Join(
            '\n', run.Output.Replace("Ccr.EndToEnd.Tests", "ccr").ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd())).Trim('\n') + "\n";
        if (Environment.GetEnvironmentVariable("CCR_ACCEPT_SNAPSHOTS") == "1") await File.WriteAllTextAsync(file, help, TestContext.Current.CancellationToken);
        Assert.Equal(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), help);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
    }
}
