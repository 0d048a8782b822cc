using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using Ccr.FunctionsTestHost.Rpc;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Ccr.FunctionsTestHost;

/// <summary>One worker: its process, and the stream of messages with it.</summary>
internal sealed class WorkerChannel(FunctionsHostOptions options, FunctionsHost host) : IDisposable
{
    private const string ShownPrefix = "LanguageWorkerConsoleLog";
    private const int MaxMessageBytes = 64 * 1024 * 1024;

    private readonly Process _process = new();
    private readonly Channel<StreamingMessage> _outbox = Channel.CreateUnbounded<StreamingMessage>();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _invocations = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _loading = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _errorLines = new();
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Id { get; } = Guid.NewGuid().ToString();

    public int ProcessId => _process.Id;

    public Task Loaded => _loaded.Task;

    public Task Ended { get; private set; } = Task.CompletedTask;

    public bool HasEnded => Ended.IsCompleted;

    public IReadOnlyList<RpcFunctionMetadata> Functions { get; private set; } = [];

    /// <summary>Where the worker listens for the HTTP requests that the host hands on.</summary>
    public Uri? HttpAddress { get; private set; }

    public void Start(Uri grpcAddress)
    {
        using var config = JsonDocument.Parse(File.ReadAllText(Path.Combine(options.AppDirectory, "worker.config.json")));
        var description = config.RootElement.GetProperty("description");
        var port = grpcAddress.Port.ToString(CultureInfo.InvariantCulture);
        var length = MaxMessageBytes.ToString(CultureInfo.InvariantCulture);
        _process.StartInfo = new ProcessStartInfo(
            description.GetProperty("defaultExecutablePath").GetString()!,
            [
                Path.Combine(options.AppDirectory, description.GetProperty("defaultWorkerPath").GetString()!),
                "--host", grpcAddress.Host, "--port", port, "--workerId", Id, "--requestId", Id, "--grpcMaxMessageLength", length,
                "--functions-uri", grpcAddress.ToString(), "--functions-worker-id", Id, "--functions-request-id", Id, "--functions-grpc-max-message-length",
                length,
            ])
        {
            WorkingDirectory = options.AppDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        var environment = _process.StartInfo.Environment;
        environment["FUNCTIONS_APPLICATION_DIRECTORY"] = options.AppDirectory;
        environment["FUNCTIONS_WORKER_DIRECTORY"] = options.AppDirectory;
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
        // Writes to a stream must be one at a time.
        var writing = Task.Run(
            async () =>
            {
                await foreach (var message in _outbox.Reader.ReadAllAsync(cancellationToken)) await toWorker.WriteAsync(message, cancellationToken);
            },
            cancellationToken);
        Post(new StreamingMessage
        {
            WorkerInitRequest = new WorkerInitRequest
            {
                HostVersion = "4.0.0",
                WorkerDirectory = options.AppDirectory,
                FunctionAppDirectory = options.AppDirectory,
            },
        });
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

        // Either it answers, or it is found in the list when the process ends.
        if (HasEnded) ended.TrySetException(new WorkerExitException("The worker ended."));
        await ended.Task;
    }

    /// <summary>Asks the worker to end, and makes it end when it does not.</summary>
    public async Task EndAsync(TimeSpan grace)
    {
        Post(new StreamingMessage { WorkerTerminate = new WorkerTerminate { GracePeriod = Duration.FromTimeSpan(grace) } });
        using var patience = new CancellationTokenSource(grace);
        await Ended.WaitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!HasEnded) Kill();
        await Ended;
    }

    public void Kill()
    {
        if (!HasEnded) _process.Kill();
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
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
                foreach (var function in Functions) _loading[function.FunctionId] = true;
                foreach (var function in Functions)
                    Post(new StreamingMessage { FunctionLoadRequest = new FunctionLoadRequest { FunctionId = function.FunctionId, Metadata = function } });
                break;

            case StreamingMessage.ContentOneofCase.FunctionLoadResponse:
                if (message.FunctionLoadResponse.Result.Status != StatusResult.Types.Status.Success)
                    _loaded.TrySetException(new WorkerExitException($"A function did not load: {message.FunctionLoadResponse.Result.Exception?.Message}"));
                _loading.TryRemove(message.FunctionLoadResponse.FunctionId, out _);
                if (_loading.IsEmpty) _loaded.TrySetResult();
                break;

            case StreamingMessage.ContentOneofCase.InvocationResponse:
                var (invocation, result) = (message.InvocationResponse.InvocationId, message.InvocationResponse.Result);
                if (!_invocations.TryRemove(invocation, out var ended)) break;
                if (result.Status == StatusResult.Types.Status.Success) ended.TrySetResult();
                else ended.TrySetException(new InvalidOperationException($"The function failed: {result.Exception?.Message}"));
                break;

            case StreamingMessage.ContentOneofCase.RpcLog:
                host.Record($"{message.RpcLog.Level} {message.RpcLog.Category}: {message.RpcLog.Message}{message.RpcLog.Exception?.Message}");
                break;
        }
    }

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
        _loaded.TrySetException(new WorkerExitException(message));
        host.Replace(this);
        foreach (var invocation in _invocations.Values) invocation.TrySetException(new WorkerExitException(message));
    }
}
