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
    private readonly ServiceBusClient _client;

    /// <summary>A connection that sends nothing twice by itself, opened when it is first needed.</summary>
    private readonly Lazy<ServiceBusClient> _clientOfOneAttempt;

    /// <summary>Makes a connection to what the options name; they must be sound.</summary>
    public ServiceBusConnection(ServiceBusOptions options, ILoggerFactory? loggers = null, TimeProvider? time = null, TokenCredential? credential = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        (Options, Time) = (options, time ?? TimeProvider.System);
        Logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger<ServiceBusConnection>();
        if (options.IsHostName) credential ??= CredentialOf(options);
        _client = ClientOf(options, credential, options.ToClientOptions());
        _clientOfOneAttempt = new Lazy<ServiceBusClient>(() => ClientOf(options, credential, options.ToClientOptions(retries: 0)));
        Monitor = new ConnectionMonitor(_client.FullyQualifiedNamespace, Time, Logger);
    }

    /// <summary>How it is doing.</summary>
    public ServiceBusHealth Health => Monitor.Health;

    /// <summary>What it was made of.</summary>
    public ServiceBusOptions Options { get; }

    internal TimeProvider Time { get; }

    internal ILogger Logger { get; }

    internal ConnectionMonitor Monitor { get; }

    /// <summary>Makes a sender to a queue or topic; keep it for as long as the process sends.</summary>
    public EntitySender CreateSender(string entity) => new(this, _client.CreateSender(entity));

    /// <summary>Makes a receiver of a queue or of a path of <see cref="EntityPath"/>, to peek and to receive by hand.</summary>
    public EntityReceiver CreateReceiver(string entity) => new(this, _client.CreateReceiver(entity));

    /// <summary>Makes what takes messages to a handler, so many at a time, until it is stopped.</summary>
    public EntityProcessor CreateProcessor(string entity, int concurrency, MessageHandler handler) => new(
        this,
        _client.CreateProcessor(entity, new ServiceBusProcessorOptions
        {
            AutoCompleteMessages = false,
            MaxConcurrentCalls = concurrency,
            MaxAutoLockRenewalDuration = Options.MaxLockRenewal,
            PrefetchCount = 0,
        }),
        handler);

    /// <summary>Tells within five seconds whether an entity can be sent to: it opens a link and sends nothing.</summary>
    /// <exception cref="MessagingException">It cannot.</exception>
    public async Task ProbeSendingAsync(string entity, CancellationToken cancellationToken)
    {
        await using var sender = _client.CreateSender(entity);
        await RunAsync(entity, Operation.Probe, async token => (await sender.CreateMessageBatchAsync(token)).Dispose(), cancellationToken);
    }

    /// <summary>Tells within five seconds whether an entity can be received from: it looks, and takes nothing.</summary>
    /// <exception cref="MessagingException">It cannot.</exception>
    public async Task ProbeReceivingAsync(string entity, CancellationToken cancellationToken)
    {
        await using var receiver = _client.CreateReceiver(entity);
        await RunAsync(entity, Operation.Probe, token => receiver.PeekMessageAsync(cancellationToken: token), cancellationToken);
    }

    /// <summary>
    /// Sends one message in one attempt, over a link of its own, so that it is known what a fault means: before the link is open nothing can have been
    /// sent, and what the broker refuses by its size, or for want of room, it does not have.
    /// </summary>
    /// <exception cref="MessagingException">It was not accepted; the exception says whether it is certain that it was not sent.</exception>
    public async Task SendOnceAsync(string entity, ServiceBusMessage message, CancellationToken cancellationToken)
    {
        await using var sender = _clientOfOneAttempt.Value.CreateSender(entity);
        var isOpen = false;
        try
        {
            await RunAsync(entity, Operation.Probe, async token => (await sender.CreateMessageBatchAsync(token)).Dispose(), cancellationToken);
            isOpen = true;
            await RunAsync(entity, Operation.Send, token => sender.SendMessageAsync(message, token), cancellationToken);
        }
        catch (MessagingException fault)
        {
            fault.WasRefused = !isOpen || fault.Reason == ServiceBusReasons.TooLarge || fault.Reason == ServiceBusReasons.QuotaExceeded
                || fault.Reason == ServiceBusReasons.Busy;
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Monitor.Close();
        if (_clientOfOneAttempt.IsValueCreated) await _clientOfOneAttempt.Value.DisposeAsync();
        await _client.DisposeAsync();
    }

    /// <summary>Runs one operation, notes how it ended, and says what failed in the words of the catalogue.</summary>
    internal async Task RunAsync(string entity, Operation operation, Func<CancellationToken, Task> run, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(operation == Operation.Probe ? Options.ProbePatience : Options.OperationTimeout, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            // The client does not look at its token in every step, so it is not waited for any longer than the token says.
            await run(either.Token).WaitAsync(either.Token);
            Monitor.Served(entity);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            var known = MessagingFaults.Of(fault, entity, operation, _client.FullyQualifiedNamespace);
            Monitor.Failed(known);
            throw known;
        }
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
