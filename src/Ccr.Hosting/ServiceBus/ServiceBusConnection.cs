using Azure.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ccr.Hosting.ServiceBus;

/// <summary>One connection to a namespace, by Microsoft's client, with the health that the client does not tell.</summary>
/// <remarks>
/// It opens when it is first used, and the client reopens it. An operation is tried once more when it fails, which covers a link that the broker closed
/// because it was idle; whoever calls decides what to do about a fault that lasts. What the client sends again may have arrived before: so every
/// message has an id, and a queue that must not see doubles detects them (README.md of this project).
/// </remarks>
public sealed class ServiceBusConnection : IAsyncDisposable
{
    /// <summary>How long a client may take to end a receive that is no longer wanted.</summary>
    private static readonly TimeSpan ReceiveEnding = TimeSpan.FromSeconds(2);

    private readonly string _host;
    private readonly Func<Clients> _makeClients;
    private volatile Clients _clients;

    /// <summary>Makes a connection to what the options name; they must be sound.</summary>
    public ServiceBusConnection(ServiceBusOptions options, ILoggerFactory? loggers = null, TimeProvider? time = null, TokenCredential? credential = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        (Options, Time) = (options, time ?? TimeProvider.System);
        Logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger<ServiceBusConnection>();
        if (options.IsHostName) credential ??= CredentialOf(options);
        _makeClients = () => new Clients(
            () => ClientOf(options, credential, options.ToClientOptions()), () => ClientOf(options, credential, options.ToClientOptions(retries: 0)));
        _clients = _makeClients();
        _host = _clients.Client.FullyQualifiedNamespace;
        Monitor = new ConnectionMonitor(_host, Time, Logger);
    }

    /// <summary>How it is doing.</summary>
    public ServiceBusHealth Health => Monitor.Health;

    /// <summary>What it was made of.</summary>
    public ServiceBusOptions Options { get; }

    internal TimeProvider Time { get; }

    internal ILogger Logger { get; }

    internal ConnectionMonitor Monitor { get; }

    internal Clients Clients => _clients;

    /// <summary>Makes a sender to a queue or topic; keep it for as long as the process sends.</summary>
    public EntitySender CreateSender(string entity) => new(this, entity);

    /// <summary>Makes a sender that sends each message in one attempt, and knows what its failing means.</summary>
    public OnceSender CreateOnceSender(string entity) => new(this, entity);

    /// <summary>Makes a receiver of a queue or of a path of <see cref="EntityPath"/>, to peek and to receive by hand.</summary>
    public EntityReceiver CreateReceiver(string entity) => new(this, entity);

    /// <summary>Makes what takes messages to a handler, so many at a time, until it is stopped.</summary>
    public EntityProcessor CreateProcessor(string entity, int concurrency, MessageHandler handler) => new(this, entity, concurrency, handler);

    /// <summary>Tells within five seconds whether an entity can be sent to: it opens a link and sends nothing.</summary>
    /// <exception cref="MessagingException">It cannot.</exception>
    public async Task ProbeSendingAsync(string entity, CancellationToken cancellationToken)
    {
        var clients = _clients;
        var sender = new Made<ServiceBusSender>(clients, clients.Client.CreateSender(entity));
        try
        {
            await OpenAsync(sender, entity, cancellationToken);
        }
        finally
        {
            await CloseAsync(sender.It);
        }
    }

    /// <summary>Tells within five seconds whether an entity can be received from: it looks, and takes nothing.</summary>
    /// <exception cref="MessagingException">It cannot.</exception>
    public async Task ProbeReceivingAsync(string entity, CancellationToken cancellationToken)
    {
        var clients = _clients;
        var receiver = new Made<ServiceBusReceiver>(clients, clients.Client.CreateReceiver(entity));
        try
        {
            await RunAsync(receiver, entity, Operation.Probe, (it, token) => it.PeekMessageAsync(cancellationToken: token), cancellationToken);
        }
        finally
        {
            await CloseAsync(receiver.It);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Monitor.Close();
        foreach (var client in _clients.Opened) await CloseAsync(client);
    }

    /// <summary>Runs one operation, notes how it ended, and says what failed in the words of the catalogue.</summary>
    internal async Task RunAsync<T>(
        Made<T> with, string entity, Operation operation, Func<T, CancellationToken, Task> run, CancellationToken cancellationToken, TimeSpan wait = default)
    {
        var patience = wait + (operation == Operation.Probe ? Options.ProbePatience : Options.OperationTimeout);

        // The client can block each thread that calls it, and each that cancels what it was asked: so both happen on other threads, which are not
        // waited for any longer than the patience says.
        var giveUp = new CancellationTokenSource();
        await using var told = cancellationToken.Register(() => _ = giveUp.CancelAsync());
        var (hasBegun, hasReturned) = (false, false);
        var task = Task.Run(() =>
        {
            Volatile.Write(ref hasBegun, true);
            lock (with.By.Entry)
            {
                var running = run(with.It, giveUp.Token);
                Volatile.Write(ref hasReturned, true);
                return running;
            }
        });
        try
        {
            await WaitAsync(task, operation, patience, cancellationToken);
            if (operation != Operation.Receive) Monitor.Served(entity);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            if (!task.IsCompleted && Volatile.Read(ref hasBegun) && !Volatile.Read(ref hasReturned)) Replace(with.By, entity);
            _ = giveUp.CancelAsync();
            var known = MessagingFaults.Of(fault, entity, operation, _host);
            Monitor.Failed(known);
            throw known;
        }
    }

    /// <summary>Closes something of the client. A broker that is away cannot be told, and finds out by itself: that is no fault.</summary>
    internal async Task CloseAsync(IAsyncDisposable it)
    {
        try
        {
            await Task.Run(async () => await it.DisposeAsync()).WaitAsync(Options.ProbePatience, Time);
        }
        catch (Exception fault) when (fault is TimeoutException or ServiceBusException)
        {
            Log.ClosedWithoutTheBroker(Logger, _host, MessagingFaults.DetailOf(fault));
        }
    }

    /// <summary>Opens a sender's link, and sends nothing.</summary>
    internal Task OpenAsync(Made<ServiceBusSender> sender, string entity, CancellationToken cancellationToken) => RunAsync(
        sender, entity, Operation.Probe, async (it, token) => (await it.CreateMessageBatchAsync(token)).Dispose(), cancellationToken);

    private async Task WaitAsync(Task task, Operation operation, TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            await task.WaitAsync(patience, Time, cancellationToken);
        }
        catch (OperationCanceledException) when (operation == Operation.Receive && cancellationToken.IsCancellationRequested)
        {
            // What a receive was given before it was cancelled comes back with it.
            await task.WaitAsync(ReceiveEnding, Time, CancellationToken.None);
        }
    }

    private void Replace(Clients clients, string entity)
    {
        if (Interlocked.CompareExchange(ref _clients, _makeClients(), clients) == clients) Log.ClientReplaced(Logger, entity);
    }

    private static ServiceBusClient ClientOf(ServiceBusOptions options, TokenCredential? credential, ServiceBusClientOptions settings) =>
        options.IsHostName ? new ServiceBusClient(options.Connection.Trim(), credential, settings) : new ServiceBusClient(options.Connection, settings);

    private static DefaultAzureCredential CredentialOf(ServiceBusOptions options) =>
        new(new DefaultAzureCredentialOptions { ManagedIdentityClientId = options.ClientId });
}

/// <summary>What was being done when something failed: it decides what the fault means.</summary>
internal enum Operation
{
    Probe,
    Send,
    Receive,
    Peek,
    Settle,
}
