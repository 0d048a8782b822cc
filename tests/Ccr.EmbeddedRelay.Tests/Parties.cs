using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Azure.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ccr.EmbeddedRelay.Tests;

/// <summary>A relay with one hybrid connection, and those who listen and send; all end with it.</summary>
internal sealed class Parties : IAsyncDisposable
{
    public const string Hq = "hq";

    private static readonly EmbeddedRelayKey Listener = new("listener", "a key for listeners", CanSend: false);
    private static readonly EmbeddedRelayKey Sender = new("sender", "a key for senders", CanListen: false);

    private readonly ConcurrentStack<IAsyncDisposable> _all = new();

    private Parties(EmbeddedRelayServer relay) => Relay = relay;

    public EmbeddedRelayServer Relay { get; private set; }

    public Uri Endpoint => Relay.EndpointOf(Hq);

    public RelayOptions ToListen => new() { Endpoint = Endpoint, KeyName = Listener.Name, Key = Listener.Key };

    public RelayOptions ToSend => new() { Endpoint = Endpoint, KeyName = Sender.Name, Key = Sender.Key };

    public static async Task<Parties> StartAsync(EmbeddedRelayOptions? options = null) =>
        new(await EmbeddedRelayServer.StartAsync(options ?? Options(), TestContext.Current.CancellationToken));

    public static EmbeddedRelayOptions Options(
        TimeProvider? time = null, bool allowExtensionMethods = true, bool requiresClientAuthorization = true, TimeSpan? answerLimit = null, int port = 0,
        X509Certificate2? certificate = null) => new()
        {
            Connections = [Hq, "other"],
            Keys = [Listener, Sender],
            TimeProvider = time ?? TimeProvider.System,
            AllowExtensionMethods = allowExtensionMethods,
            RequiresClientAuthorization = requiresClientAuthorization,
            AnswerLimit = answerLimit ?? TimeSpan.FromSeconds(60),
            Port = port,
            Certificate = certificate,
            Random = new Random(1),
            BearerTokens = token => token == "a token of Entra ID" ? new BearerRight(DateTimeOffset.MaxValue) : null,
        };

    /// <summary>Answers a request with its own body and with what it looked like.</summary>
    public static Task<RelayedAnswer> EchoAsync(RelayedRequest request, CancellationToken stop) => Task.FromResult(Answer(200, request.Body.ToArray()));

    public static RelayedAnswer Answer(int status, byte[] body, params (string Name, string Value)[] headers) =>
        new(status, headers.ToDictionary(header => header.Name, header => header.Value), body);

    public static RelayedAnswer Answer(int status, string body) => Answer(status, Encoding.UTF8.GetBytes(body));

    /// <summary>Starts a listener and waits until it is there, for itself and (with options of its own only for itself) for the relay.</summary>
    public async Task<RelayListener> ListenAsync(
        RelayHandler? handler = null, RelayOptions? options = null, TimeProvider? time = null, TokenCredential? credential = null)
    {
        var listener = StartListener(handler, options, time, credential);
        await Eventually.IsTrueAsync(
            () => listener.Health.ConnectedSince is not null && (options is not null || Relay.CountListeners(Hq) > 0));
        return listener;
    }

    public RelayListener StartListener(
        RelayHandler? handler = null, RelayOptions? options = null, TimeProvider? time = null, TokenCredential? credential = null)
    {
        var listener = new RelayListener(
            options ?? ToListen, handler ?? EchoAsync, NullLoggerFactory.Instance, time ?? TimeProvider.System, credential);
        _all.Push(listener);
        _ = listener.StartAsync(TestContext.Current.CancellationToken);
        return listener;
    }

    public async Task<RelayReply> SendAsync(string method = "POST", string path = "", byte[]? body = null, RelayOptions? options = null)
    {
        using var sender = new RelaySender(options ?? ToSend, TimeProvider.System);
        return await sender.SendAsync(method, path, body, TestContext.Current.CancellationToken);
    }

    /// <summary>A plain HTTP client with a good token, which keeps its connection.</summary>
    public HttpClient CreateClient(string token = "a token of Entra ID")
    {
        var client = new HttpClient { BaseAddress = Relay.Address };
        if (token.Length > 0) client.DefaultRequestHeaders.TryAddWithoutValidation("ServiceBusAuthorization", token);
        return client;
    }

    /// <summary>Ends the relay and starts another one on its port.</summary>
    public async Task RestartAsync()
    {
        var port = Relay.Address.Port;
        await Relay.DisposeAsync();
        Relay = await EmbeddedRelayServer.StartAsync(Options(port: port), TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        while (_all.TryPop(out var each)) await each.DisposeAsync();
        await Relay.DisposeAsync();
    }
}

/// <summary>Waits for what happens on another thread or in another process.</summary>
internal static class Eventually
{
    /// <summary>Waits until a condition is true; the test's own time-out ends a wait in vain.</summary>
    public static async Task IsTrueAsync(Func<bool> condition)
    {
        while (!condition()) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
    }
}
