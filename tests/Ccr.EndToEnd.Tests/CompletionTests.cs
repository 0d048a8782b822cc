using Ccr.EndToEnd.Tests.Support;

namespace Ccr.EndToEnd.Tests;

/// <summary>The bash function of src/Ccr.Cli/README.md, run as bash runs it when somebody presses the tabulator.</summary>
public class CompletionTests
{
    [Theory]
    [InlineData("ccr pau", 1, "pause")]
    [InlineData("ccr dead-letters sh", 2, "show")]
    [InlineData("ccr local --am", 2, "--amqp-port")]
    [InlineData("ccr local --site sms", 3, "sms2003")]
    [InlineData("ccr nothing-like-it", 1, "")]
    public async Task Bash_Tabulator_CompletesTheWord(string line, int word, string expected)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "This is bash's.");
        var readme = await File.ReadAllLinesAsync(Repository.PathOf("src", "Ccr.Cli", "README.md"), TestContext.Current.CancellationToken);
        var function = string.Join('\n', readme.SkipWhile(text => !text.StartsWith("bash,", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(text => text.StartsWith("    ", StringComparison.Ordinal)));

        var run = await CcrProcess.RunShellAsync(
            $"{function}\nCOMP_LINE='{line}' COMP_POINT={line.Length} COMP_WORDS=({line}) COMP_CWORD={word}; _ccr; echo \"${{COMPREPLY[*]}}\"");

        Assert.Equal((0, "", expected), (run.ExitCode, run.Error, run.Output.Trim()));
    }
}
