using System.Diagnostics;
using System.Text.RegularExpressions;
using Ccr.EndToEnd.Tests.Support;

namespace Ccr.EndToEnd.Tests;

/// <summary>
/// Runs a new user's first hour: every command of the journeys in the README, in their order, in a folder with nothing but the sample events. What a comment
/// says that a command prints, or the first terminal, must come. Ports are taken free ones, or two runs would meet.
/// </summary>
public sealed partial class JourneyTests : IAsyncLifetime
{
    /// <summary>So long is waited for what must come, before it is said that it did not.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _exports = new(StringComparer.Ordinal);
    private readonly List<Terminal> _terminals = [];
    private readonly Dictionary<string, string> _places = new(StringComparer.Ordinal);

    public static TheoryData<string> Journeys => ["Try it", "Pilot it"];

    public ValueTask InitializeAsync()
    {
        File.CreateSymbolicLink(_folder.PathOf("tests"), Repository.PathOf("tests"));
        return ValueTask.CompletedTask;
    }

    [Theory(Timeout = 600_000)]
    [MemberData(nameof(Journeys))]
    public async Task Journey_EveryCommand_DoesWhatTheReadmeSays(string journey)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The commands are written for a Unix shell.");
        var steps = StepsOf(journey).ToList();
        Assert.InRange(steps.Count, 6, 40);
        foreach (var step in steps) await RunAsync(step);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var terminal in _terminals) await terminal.DisposeAsync();
        _folder.Dispose();
    }

    private static IEnumerable<string> StepsOf(string journey) => File.ReadLines(Repository.PathOf("README.md"))
        .SkipWhile(line => line != $"### {journey}").Skip(1).TakeWhile(line => !line.StartsWith('#'))
        .Where(line => line.StartsWith("    ", StringComparison.Ordinal)).Select(line => line.Trim());

    private async Task RunAsync(string step)
    {
        var (command, expected, isOnFirstTerminal) = Comment().Match(step) is { Success: true } comment
            ? (step[..comment.Index], comment.Groups["text"].Value, comment.Groups["where"].Value == "first terminal:")
            : (step, null, false);
        foreach (var (written, real) in _places) (command, expected) = (command.Replace(written, real), expected?.Replace(written, real));
        if (Export().Match(command) is { Success: true } export)
        {
            _exports[export.Groups["name"].Value] = export.Groups["value"].Value;
            return;
        }

        if (StaysRunning().IsMatch(command))
        {
            var terminal = new Terminal(Start(AnyPort().Replace(command, "${option} 0")));
            _terminals.Add(terminal);
            if (AnyPort().Match(command) is { Success: true } port) await NotePlaceAsync(terminal, port.Groups["port"].Value);
            if (expected is not null) await terminal.UntilAsync(expected);
            return;
        }

        using var process = Start(command);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)
            .WaitAsync(Patience, TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        // What waits for a person makes ccr status end with 1, and that is what is looked for.
        Assert.True(process.ExitCode == 0 || (process.ExitCode == 1 && command.StartsWith("ccr status", StringComparison.Ordinal)), $"{command}: {output}");
        if (isOnFirstTerminal) await _terminals[0].UntilAsync(expected!);
        else if (expected is not null) Assert.Contains(expected.TrimEnd(), output, StringComparison.Ordinal);
    }

    /// <summary>Where something really listens that the README gives a fixed port.</summary>
    private async Task NotePlaceAsync(Terminal terminal, string port)
    {
        var address = Address().Match(await terminal.UntilAsync("://127.0.0.1:"));
        _places[$"localhost:{port}"] = _places[$"127.0.0.1:{port}"] = $"127.0.0.1:{address.Groups["port"].Value}";
    }

    private Process Start(string command)
    {
        var start = new ProcessStartInfo("bash", ["-c", $"set -o pipefail; ccr() {{ exec dotnet \"$CCR\" \"$@\"; }}; {command}"])
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.Environment["CCR"] = typeof(Ccr.Cli.CommandLine).Assembly.Location;
        foreach (var (name, value) in _exports) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    [GeneratedRegex(@"\s+# (?<where>prints|first terminal:) (?<text>.+)$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Comment();

    [GeneratedRegex(@"^export (?<name>\w+)='?(?<value>[^']+)'?$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Export();

    [GeneratedRegex("^ccr (local|simulate-mp|broker|process|watch)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex StaysRunning();

    [GeneratedRegex("(?<option>--(amqp-)?port) (?<port>[0-9]+)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex AnyPort();

    [GeneratedRegex("://127.0.0.1:(?<port>[0-9]+)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Address();

    /// <summary>A command that stays, and what it has printed.</summary>
    private sealed class Terminal(Process process) : IAsyncDisposable
    {
        /// <summary>Reads on to the line that has a text; lines before it are over.</summary>
        public async Task<string> UntilAsync(string text)
        {
            var seen = new List<string>();
            while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask()
                .WaitAsync(Patience, TestContext.Current.CancellationToken) is { } line)
            {
                if (line.Contains(text, StringComparison.Ordinal)) return line;
                seen.Add(line);
            }

            throw new InvalidOperationException($"'{text}' did not come: {string.Join(" / ", seen)}");
        }

        public async ValueTask DisposeAsync()
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }
}
