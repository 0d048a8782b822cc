using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Ccr.FunctionsTestHost.Rpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Ccr.FunctionsTestHost;

/// <summary>
/// A Functions host for tests. It starts a built app as a process of its own, with the real worker in it, and is to that worker what a Functions host
/// is: it speaks the host's side of FunctionRpc and Settlement, receives from Service Bus with explicit settlement, renewed locks and the concurrency
/// of host.json, proxies HTTP with the invocation's id, checks function keys, starts a worker that died again, and drains when it is stopped.
/// It is no Functions host otherwise: timers fire when a test says so, there is no storage, no scaling, no key management, no telemetry of the host's
/// own, no batches, sessions, input or output bindings, and it knows of host.json only what this app sets.
/// </summary>
public sealed class FunctionsHost : IAsyncDisposable
{
    private static readonly TimeSpan GraceOfWorker = TimeSpan.FromSeconds(30);

    private readonly FunctionsHostOptions _options;
    private readonly WebApplication _server;
    private readonly ServiceBusTriggers _triggers;
    private readonly ConcurrentQueue<string> _records = new();
    private readonly Lock _replacing = new();
    private volatile WorkerChannel _worker = null!;
    private bool _isStopping;
    private Uri _grpcAddress = null!;

    private FunctionsHost(FunctionsHostOptions options)
    {
        _options = options;
        _triggers = new ServiceBusTriggers(this, options);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddGrpc(grpc => (grpc.MaxReceiveMessageSize, grpc.EnableDetailedErrors) = (null, true));
        builder.Services.AddSingleton(this).AddSingleton(_triggers);
        _server = builder.Build();
        _server.MapGrpcService<FunctionRpcService>();
        _server.MapGrpcService<SettlementService>();
        _server.MapFallback(new HttpFront(this, options).AnswerAsync);
    }

    /// <summary>Where the HTTP triggers are: add <c>api/...</c>.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>What an operator of the host sees: its own records, and those that the worker sent or printed in the way that a host shows.</summary>
    public IReadOnlyCollection<string> Records => _records;

    /// <summary>The names of the functions that the worker loaded.</summary>
    public IReadOnlyList<string> Functions => [.. _worker.Functions.Select(function => function.Name)];

    /// <summary>How many workers have been started so far.</summary>
    public int WorkersStarted { get; private set; }

    /// <summary>The process id of the worker.</summary>
    public int WorkerProcessId => _worker.ProcessId;

    internal WorkerChannel Worker => _worker;

    /// <summary>Starts the app and its triggers; when this returns, all functions are loaded.</summary>
    /// <exception cref="WorkerExitException">The worker ended instead, as the host would say it.</exception>
    public static async Task<FunctionsHost> StartAsync(FunctionsHostOptions options, CancellationToken cancellationToken)
    {
        var host = new FunctionsHost(options);
        try
        {
            await host._server.StartAsync(cancellationToken);
            var addresses = host._server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToList();
            (host._grpcAddress, host.Address) = (new Uri(addresses[0]), new Uri(addresses[1]));
            host.StartWorker();
            await host._worker.Loaded.WaitAsync(cancellationToken);
            await host._triggers.StartAsync(cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Fires a timer, and returns when its function has ended.</summary>
    public Task FireTimerAsync(string function, CancellationToken cancellationToken) => InvokeAsync(
        function, "timer", new TypedData { Json = """{"Schedule":{"AdjustForDST":true},"ScheduleStatus":null,"IsPastDue":false}""" }, null, cancellationToken);

    /// <summary>Kills the worker with SIGKILL, as a lack of memory does; the host starts another.</summary>
    public void KillWorker() => _worker.Kill();

    /// <summary>What the host does on SIGTERM: it takes no more messages, tells the functions to stop, waits for them, and ends the worker.</summary>
    public async Task StopAsync()
    {
        ReplaceNoMore();
        await _triggers.StopAsync();
        await _worker.EndAsync(GraceOfWorker);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        ReplaceNoMore();
        await _triggers.DisposeAsync();
        if (_worker is not null) await _worker.DisposeAsync();
        await _server.DisposeAsync();
    }

    internal void Record(string record) => _records.Enqueue(record);

    /// <summary>Calls a function, and returns when it has ended; its failure is thrown.</summary>
    internal async Task InvokeAsync(
        string function, string input, TypedData? data, Activity? activity, CancellationToken cancellationToken, string? invocationId = null,
        IEnumerable<KeyValuePair<string, string>>? metadata = null)
    {
        // While a worker that died is replaced, this waits for the next.
        var worker = _worker;
        await worker.Loaded.WaitAsync(cancellationToken);
        var request = new InvocationRequest
        {
            InvocationId = invocationId ?? Guid.NewGuid().ToString(),
            FunctionId = worker.Functions.First(each => each.Name == function).FunctionId,
            TraceContext = new RpcTraceContext { TraceParent = activity?.Id ?? "" },
        };
        if (data is not null) request.InputData.Add(new ParameterBinding { Name = input, Data = data });
        foreach (var (name, value) in metadata ?? []) request.TriggerMetadata[name] = new TypedData { String = value };
        await worker.InvokeAsync(request, cancellationToken);
    }

    /// <summary>One that never came up would not come up the next time either; whoever waits for it is told.</summary>
    internal void Replace(WorkerChannel worker)
    {
        lock (_replacing)
        {
            if (!_isStopping && worker.Loaded.IsCompletedSuccessfully) StartWorker();
        }
    }

    /// <summary>From here on no worker is started that nobody would end.</summary>
    private void ReplaceNoMore()
    {
        lock (_replacing) _isStopping = true;
    }

    private void StartWorker()
    {
        WorkersStarted++;
        _worker = new WorkerChannel(_options, this);
        _worker.Start(_grpcAddress);
    }
}

/// <summary>Which app is run, and with what settings.</summary>
/// <param name="AppDirectory">The folder with the built app: <c>worker.config.json</c>, <c>host.json</c> and the rest.</param>
/// <param name="Settings">Its app settings.</param>
public sealed record FunctionsHostOptions(string AppDirectory, IReadOnlyDictionary<string, string> Settings)
{
    /// <summary>The key that functions of level <c>function</c> ask for, in <c>x-functions-key</c> or <c>code</c>.</summary>
    public string FunctionKey { get; init; } = "key";

    /// <summary>
    /// App Service authentication, which is in front of a host in Azure: null when it is off. Else the principal, as JSON, of each bearer token; a request
    /// without such a token has no principal. What a caller itself writes into the principal's headers is removed.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Principals { get; init; }
}

/// <summary>The worker's process ended before its functions were loaded, or during an invocation.</summary>
/// <param name="message">As the host says it.</param>
/// <param name="records">All that the operator of the host saw.</param>
public sealed class WorkerExitException(string message, IReadOnlyCollection<string> records) : Exception(message)
{
    /// <summary>All that the operator of the host saw.</summary>
    public IReadOnlyCollection<string> Records { get; } = records;
}
