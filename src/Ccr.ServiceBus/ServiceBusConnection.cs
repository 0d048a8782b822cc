using System.Collections.Concurrent;
using Amqp;
using Amqp.Framing;
using Azure.Core;
using Azure.Identity;
using Ccr.ServiceBus.Authorization;
using Ccr.ServiceBus.Errors;
using Ccr.ServiceBus.Keeping;
using Ccr.ServiceBus.Management;
using Ccr.ServiceBus.Transports;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ccr.ServiceBus;

/// <summary>
/// One connection to one namespace, shared by its senders and pumps. It opens when first needed and reopens by itself;
/// keep one for as long as the process lives.
/// </summary>
public sealed class ServiceBusConnection : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Keeper<RequestChannel>> _management =
        new(StringComparer.OrdinalIgnoreCase);

    private readonly ConnectionSettings _settings;
    private readonly Connector _connector;
    private readonly ITokenSource _tokens;
    private readonly Keeper<AuthorizedConnection> _connections;
    private readonly Lock _gate = new();
    private string? _lastError;
    private DateTimeOffset? _lastErrorAt;
    private int _inFlight;
    private volatile bool _isClosing;

    /// <summary>Takes the settings; connects to nothing yet.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="loggers">Makes the logger; none by default.</param>
    /// <param name="time">The clock; the system's by default.</param>
    /// <param name="random">The source of jitter; a new one by default.</param>
    /// <param name="credential">
    /// Who asks, for a namespace host name; by default <see cref="DefaultAzureCredential"/>.
    /// </param>
    /// <exception cref="MessagingException">
    /// <see cref="MessagingFault.Configuration"/>: what <see cref="ServiceBusConnectionOptions.Validate"/> finds.
    /// </exception>
    public ServiceBusConnection(
        ServiceBusConnectionOptions options, ILoggerFactory? loggers = null, TimeProvider? time = null,
        Random? random = null, TokenCredential? credential = null)
    {
        var faults = options.Validate();
        if (faults.Count > 0) throw Faults.Configuration(faults);

        Options = options;
        Time = time ?? TimeProvider.System;
        Logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger<ServiceBusConnection>();
        Jitter = new(random ?? new Random());
        Delays = new(options.ReconnectDelay, options.MaxReconnectDelay, options.PermanentFaultDelay);
        Renewals = new(CreateLifetime, Time);
        _settings = ConnectionSettings.Read(options.Connection, [])!;
        _connector = new(_settings, options);
        _tokens = TokensFor(_settings.Credential, options, credential);
        _connections = new(CreateLifetime(), Time, (_, _) => Task.CompletedTask, OpenConnectionAsync, ReportFault);
    }

    /// <summary>How the connection is doing now.</summary>
    public ServiceBusHealth Health
    {
        get
        {
            lock (_gate) return new(_connections.OpenSince, _lastError, _lastErrorAt, Volatile.Read(ref _inFlight));
        }
    }

    internal ServiceBusConnectionOptions Options { get; }

    internal TimeProvider Time { get; }

    internal ILogger Logger { get; }

    internal Jitter Jitter { get; }

    internal RetryDelays Delays { get; }

    internal Renewals Renewals { get; }

    /// <summary>What keeps the connection from being open, if anything does.</summary>
    internal MessagingException? Fault => _connections.Fault;

    /// <summary>Makes a sender to a queue or topic.</summary>
    public MessageSender CreateSender(string entity) => new(this, entity);

    /// <summary>Makes a pump that calls <paramref name="handler"/> for each message; it is not started.</summary>
    /// <param name="entityPath">A queue, a subscription, or the dead-letter queue of one: see <see cref="EntityPath"/>.</param>
    /// <param name="options">How to receive.</param>
    /// <param name="handler">
    /// Handles one message and settles it. Its token is cancelled when <see cref="MessagePump.StopAsync"/> loses patience.
    /// </param>
    public MessagePump CreatePump(
        string entityPath, MessagePumpOptions options,
        Func<ReceivedMessage, MessageSettlement, CancellationToken, Task> handler) =>
        new(this, entityPath, options, handler);

    /// <summary>Makes a receiver that fetches, or only looks at, messages when asked.</summary>
    /// <inheritdoc cref="CreatePump" path="/param[@name='entityPath']"/>
    public MessageReceiver CreateReceiver(string entityPath) => new(this, entityPath);

    /// <summary>Closes the connection and everything on it. Stop pumps first: their messages stay locked otherwise.</summary>
    public async ValueTask DisposeAsync()
    {
        _isClosing = true;
        await Renewals.DisposeAsync();
        foreach (var channels in _management.Values) await channels.DisposeAsync();
        await _connections.DisposeAsync();
    }

    internal Lifetime CreateLifetime() => new(Delays, Jitter);

    /// <summary>Keeps a channel open to one node of this namespace, with its token.</summary>
    internal Keeper<T> Keep<T>(
        string address, string entity, string claim, Func<ChannelContext, CancellationToken, Task<T>> open,
        Action<MessagingException>? onFault = null)
        where T : Channel
    {
        return new(
            CreateLifetime(), Time, async (patient, token) => await _connections.GetAsync(patient, token), OpenAsync,
            fault =>
            {
                ReportFault(fault);
                onFault?.Invoke(fault);
            });

        async Task<T> OpenAsync(CancellationToken cancellationToken)
        {
            var connection = await _connections.GetAsync(patient: true, cancellationToken);
            var authorization = connection.Cbs is null
                ? null : await connection.Cbs.AuthorizeAsync(address, entity, claim, cancellationToken);
            try
            {
                var channel = await open(ContextFor(connection.Amqp, entity, claim), cancellationToken);
                if (authorization is not null) channel.Own(authorization);
                return channel;
            }
            catch
            {
                authorization?.Dispose();
                throw;
            }
        }
    }

    /// <summary>The management node of an entity; opened when first used.</summary>
    internal ManagementNode Manage(string entity, string claim)
    {
        var channels = _management.GetOrAdd(entity, static (entity, args) =>
        {
            var (connection, claim) = args;
            var address = $"{entity}/$management";
            return connection.Keep(
                address, entity, claim, (context, token) => RequestChannel.OpenAsync(context, address, token));
        }, (this, claim));
        return new(this, entity, claim, channels);
    }

    internal void CountInFlight(int messages) => Interlocked.Add(ref _inFlight, messages);

    internal void ReportFault(MessagingException fault)
    {
        // What is open on a connection that we close ourselves is not lost.
        if (_isClosing) return;
        Note(fault);
        if (fault.IsTransient) Log.TransientFault(Logger, fault.Message);
        else Log.PermanentFault(Logger, fault.Message, Options.PermanentFaultDelay);
    }

    internal void ReportSettlement(ReceivedMessage message, MessagingException fault)
    {
        Note(fault);
        Log.SettlementFailed(Logger, message.MessageId, message.SequenceNumber, fault.Message);
    }

    private static ITokenSource TokensFor(
        Credential credential, ServiceBusConnectionOptions options, TokenCredential? given, TimeProvider time) =>
        credential switch
        {
            SharedKeyCredential key => new SharedKeyTokens(key, time),
            SignatureCredential signature => new SignatureTokens(signature, time),
            _ => new EntraTokens(given ?? new DefaultAzureCredential(
                new DefaultAzureCredentialOptions { ManagedIdentityClientId = options.ManagedIdentityClientId })),
        };

    private ITokenSource TokensFor(Credential credential, ServiceBusConnectionOptions options, TokenCredential? given) =>
        TokensFor(credential, options, given, Time);

    private async Task<AuthorizedConnection> OpenConnectionAsync(CancellationToken cancellationToken)
    {
        var amqp = await _connector.OpenAsync(Time, cancellationToken);
        try
        {
            var cbs = Options.IsServiceBus ? await OpenCbsAsync(amqp, cancellationToken) : null;
            Log.Connected(Logger, _connector.DisplayName);
            return new(amqp, _connector.DisplayName, cbs);
        }
        catch
        {
            amqp.Close(TimeSpan.Zero);
            throw;
        }
    }

    private ChannelContext ContextFor(Connection amqp, string entity, string claim) => new(
        amqp, entity, claim, Options.OperationTimeout, Time,
        Options.IsServiceBus ? ReceiverSettleMode.Second : ReceiverSettleMode.First);

    private async Task<Cbs> OpenCbsAsync(Connection amqp, CancellationToken cancellationToken)
    {
        var context = ContextFor(amqp, _connector.DisplayName, Claims.Listen);
        var node = await RequestChannel.OpenAsync(context, "$cbs", cancellationToken);
        return new(node, _tokens, _settings.Authority, Renewals, Time, Jitter, ReportFault);
    }

    private void Note(MessagingException fault)
    {
        lock (_gate) (_lastError, _lastErrorAt) = (fault.Message, Time.GetUtcNow());
    }
}
