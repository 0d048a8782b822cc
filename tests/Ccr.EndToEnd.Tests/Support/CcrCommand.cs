using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Ccr.Cli;

namespace Ccr.EndToEnd.Tests.Support;

/// <summary>One call of the command line in this process, with what it prints.</summary>
internal sealed class CcrCommand : IAsyncDisposable
{
    /// <summary>Far more than any call takes: only a hang is cut off by it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly LineWriter _output = new();
    private readonly LineWriter _error = new();
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly Task<int> _run;

    private CcrCommand(string[] arguments, string standardInput)
    {
        _run = Task.Run(async () =>
        {
            using var line = new CommandLine(_output, _error, new MemoryStream(Encoding.UTF8.GetBytes(standardInput)), TimeProvider.System);
            return await line.RunAsync(arguments, _stop.Token);
        });
    }

    /// <summary>Starts a command that goes on until it is stopped.</summary>
    public static CcrCommand Start(params string[] arguments) => new(arguments, "");

    /// <summary>Runs a command to its end.</summary>
    public static Task<CliResult> RunAsync(params string[] arguments) => RunWithInputAsync("", arguments);

    public static async Task<CliResult> RunWithInputAsync(string standardInput, params string[] arguments)
    {
        await using var cli = new CcrCommand(arguments, standardInput);
        return await cli.EndAsync();
    }

    /// <summary>The next object under a name that the command prints (with <c>--json</c>).</summary>
    public async Task<JsonElement> NextAsync(string name)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        patience.CancelAfter(Patience);
        await foreach (var line in _output.Lines.ReadAllAsync(patience.Token))
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.TryGetProperty(name, out var value)) return value.Clone();
        }

        throw new InvalidOperationException($"The command ended without a {name}.");
    }

    /// <summary>Stops the command as Ctrl+C does, and waits for its end.</summary>
    public async Task<CliResult> StopAsync()
    {
        await _stop.CancelAsync();
        return await EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run.WaitAsync(Patience);
        _stop.Dispose();
    }

    private async Task<CliResult> EndAsync() =>
        new(await _run.WaitAsync(Patience), _output.ToString(), _error.ToString());
}

/// <summary>How a call ended.</summary>
internal sealed record CliResult(int ExitCode, string Output, string Error)
{
    /// <summary>Every object under a name that was printed with <c>--json</c>.</summary>
    public IReadOnlyList<JsonElement> All(string name) =>
    [
        .. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse)
            .Where(line => line.TryGetProperty(name, out _)).Select(line => line.GetProperty(name)),
    ];

    private static JsonElement Parse(string line)
    {
        using var json = JsonDocument.Parse(line);
        return json.RootElement.Clone();
    }
}

/// <summary>Keeps what is written, and hands out whole lines as they come.</summary>
internal sealed class LineWriter : TextWriter
{
    private readonly Lock _gate = new();
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _line = new();
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    public override Encoding Encoding => Encoding.UTF8;

    public ChannelReader<string> Lines => _lines.Reader;

    public override void Write(char value)
    {
        lock (_gate)
        {
            _text.Append(value);
            if (value != '\n')
            {
                _line.Append(value);
                return;
            }

            _lines.Writer.TryWrite(_line.ToString().TrimEnd('\r'));
            _line.Clear();
        }
    }

    public override string ToString()
    {
        lock (_gate) return _text.ToString();
    }
}
