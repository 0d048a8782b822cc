using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Ccr.FunctionsTestHost.Rpc;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Ccr.FunctionsTestHost;

/// <summary>One worker: its process, and the stream of messages with it.</summary>
internal sealed class WorkerChannel(FunctionsHostOptions options, FunctionsHost host) : IAsyncDisposable
{
    private const string ShownPrefix = "LanguageWorkerConsoleLog";
    private const string MaxMessageBytes = "67108864";

    private readonly Process _process = new();
    private readonly Channel<StreamingMessage> _outbox = Channel.CreateUnbounded<StreamingMessage>();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _invocations = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _errorLines = new();
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _notLoaded;
    private volatile WorkerExitException? _exit;

    public string Id { get; } = Guid.NewGuid().ToString();

    public int ProcessId => _process.Id;

    public Task Loaded => _loaded.Task;

    public Task Ended { get; private set; } = Task.CompletedTask;

    public IReadOnlyList<RpcFunctionMetadata> Functions { get; private set; } = [];

    /// <summary>Where the worker listens for the HTTP requests that the host hands on.</summary>
    public Uri? HttpAddress { get; private set; }

    public void Start(Uri grpcAddress)
    {
        var description = JsonNode.Parse(File.ReadAllText(Path.Combine(options.AppDirectory, "worker.config.json")))!["description"]!;
        _process.StartInfo = new ProcessStartInfo(
            (string)description["defaultExecutablePath"]!,
            [
                Path.Combine(options.AppDirectory, (string)description["defaultWorkerPath"]!), "--host", grpcAddress.Host, "--port", $"{grpcAddress.Port}",
                "--workerId", Id, "--requestId", Id, "--grpcMaxMessageLength", MaxMessageBytes, "--functions-uri", grpcAddress.ToString(),
                "--functions-worker-id", Id, "--functions-request-id", Id, "--functions-grpc-max-message-length", MaxMessageBytes,
            ])
        {
            WorkingDirectory = options.AppDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        var environment = _process.StartInfo.Environment;
        environment["FUNCTIONS_APPLICATION_DIRECTORY"] = environment["FUNCTIONS_WORKER_DIRECTORY"] = options.AppDirectory;
        environment["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated";
        foreach (var (name, value) in options.Settings) environment[name] = value;

        _process.OutputDataReceived += (_, line) => Show(line.Data, isError: false);
        _process.ErrorDataReceived += (_, line) => Show(line.Data, isError: true);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Ended = WatchAsync();
    }

    /// <summary>Speaks with the worker until the stream ends.</summary>
    public async Task ServeAsync(
        IAsyncStreamReader<StreamingMessage> fromWorker, IServerStreamWriter<StreamingMessage> toWorker, CancellationToken cancellationToken)
    {
        var writing = WriteAsync(toWorker, cancellationToken);
        var init = new WorkerInitRequest { HostVersion = "4.0.0", WorkerDirectory = options.AppDirectory, FunctionAppDirectory = options.AppDirectory };
        Post(new StreamingMessage { WorkerInitRequest = init });
        try
        {
            while (await fromWorker.MoveNext(cancellationToken)) Take(fromWorker.Current);
        }
        catch (Exception fault) when (fault is IOException or OperationCanceledException)
        {
            // The worker was killed; its process says so, too.
        }

        _outbox.Writer.TryComplete();
        await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async Task InvokeAsync(InvocationRequest request, CancellationToken cancellationToken)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _invocations[request.InvocationId] = ended;
        Post(new StreamingMessage { InvocationRequest = request });
        var cancel = new StreamingMessage { InvocationCancel = new InvocationCancel { InvocationId = request.InvocationId } };
        await using var cancelling = cancellationToken.Register(() => Post(cancel));

        // Either it answers, or it is found in the list when the process ends, or the process ended before it was in the list.
        if (_exit is { } exit) ended.TrySetException(exit);
        await ended.Task;
    }

    /// <summary>Asks the worker to end, and makes it end when it does not.</summary>
    public async Task EndAsync(TimeSpan grace)
    {
        Post(new StreamingMessage { WorkerTerminate = new WorkerTerminate { GracePeriod = Duration.FromTimeSpan(grace) } });
        await Ended.WaitAsync(grace, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Kill();
        await Ended;
    }

    public void Kill()
    {
        if (!Ended.IsCompleted) _process.Kill();
    }

    /// <summary>Waits for the end of the process, which has files of the app open until then.</summary>
    public async ValueTask DisposeAsync()
    {
        Kill();
        await Ended;
        _process.Dispose();
    }

    /// <summary>Writes to a stream must be one at a time.</summary>
    private async Task WriteAsync(IServerStreamWriter<StreamingMessage> toWorker, CancellationToken cancellationToken)
    {
        await foreach (var message in _outbox.Reader.ReadAllAsync(cancellationToken)) await toWorker.WriteAsync(message, cancellationToken);
    }

    private void Post(StreamingMessage message) => _outbox.Writer.TryWrite(message);

    private void Take(StreamingMessage message)
    {
        switch (message.ContentCase)
        {
            case StreamingMessage.ContentOneofCase.WorkerInitResponse:
                if (message.WorkerInitResponse.Capabilities.TryGetValue("HttpUri", out var http)) HttpAddress = new Uri(http);
                Post(new StreamingMessage { FunctionsMetadataRequest = new FunctionsMetadataRequest { FunctionAppDirectory = options.AppDirectory } });
                break;

            case StreamingMessage.ContentOneofCase.FunctionMetadataResponse:
                Functions = message.FunctionMetadataResponse.FunctionMetadataResults;
                _notLoaded = Functions.Count;
                foreach (var function in Functions)
                    Post(new StreamingMessage { FunctionLoadRequest = new FunctionLoadRequest { FunctionId = function.FunctionId, Metadata = function } });
                break;

            case StreamingMessage.ContentOneofCase.FunctionLoadResponse:
                if (FaultOf(message.FunctionLoadResponse.Result) is { } why)
                    _loaded.TrySetException(new WorkerExitException($"A function did not load: {why}", host.Records));
                if (--_notLoaded == 0) _loaded.TrySetResult();
                break;

            case StreamingMessage.ContentOneofCase.InvocationResponse:
                if (!_invocations.TryRemove(message.InvocationResponse.InvocationId, out var ended)) break;
                if (FaultOf(message.InvocationResponse.Result) is { } fault) ended.TrySetException(new InvalidOperationException($"It failed: {fault}"));
                else ended.TrySetResult();
                break;

            case StreamingMessage.ContentOneofCase.RpcLog:
                host.Record($"{message.RpcLog.Level} {message.RpcLog.Category}: {message.RpcLog.Message}{message.RpcLog.Exception?.Message}");
                break;
        }
    }

    private static string? FaultOf(StatusResult result) =>
        result.Status == StatusResult.Types.Status.Success ? null : result.Exception?.Message ?? $"{result.Status}";

    /// <summary>
    /// As the host treats what a worker prints: a line with its prefix is a record of its own; a line on standard error with the word error is told when
    /// the worker exits, the last three of them; all else is shown by a host that has come up.
    /// </summary>
    private void Show(string? line, bool isError)
    {
        if (line is null) return;
        if (isError && line.Contains("error", StringComparison.OrdinalIgnoreCase)) _errorLines.Enqueue(line);
        if (line.StartsWith(ShownPrefix, StringComparison.OrdinalIgnoreCase)) host.Record(line[ShownPrefix.Length..].Trim());
        else if (Loaded.IsCompletedSuccessfully) host.Record(line);
    }

    private async Task WatchAsync()
    {
        await _process.WaitForExitAsync();
        var message = $"dotnet exited with code {_process.ExitCode}: {string.Join(',', _errorLines.TakeLast(3))}";
        if (_process.ExitCode != 0) host.Record(message);
        _exit = new WorkerExitException(message, host.Records);
        _loaded.TrySetException(_exit);
        host.Replace(this);
        foreach (var invocation in _invocations.Values) invocation.TrySetException(_exit);
    }
}
