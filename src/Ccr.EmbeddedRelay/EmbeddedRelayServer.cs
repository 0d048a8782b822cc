using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Ccr.EmbeddedRelay;

/// <summary>How the sender learns that an answer was lost.</summary>
public enum LostAnswer
{
    /// <summary>It is told 504, as after the time limit, but at once.</summary>
    GatewayTimeout,

    /// <summary>Its connection breaks.</summary>
    BrokenConnection,
}

/// <summary>
/// An embedded relay for development and tests: hybrid connections, as HTTP senders and listeners of requests expect them. It is no Azure Relay: it
/// relays no WebSockets, knows no Entra ID, keeps no namespaces and was never held against the service. The README says what is our own choice.
/// </summary>
public sealed class EmbeddedRelayServer : IAsyncDisposable
{
    private const string ListenerRoot = "/$hc";

    private readonly EmbeddedRelayOptions _options;
    private readonly Dictionary<string, HybridConnection> _connections;
    private readonly TokenDesk _tokens;
    private readonly SenderDesk _senders;
    private readonly ListenerDesk _listeners;
    private readonly WebApplication _app;

    private EmbeddedRelayServer(EmbeddedRelayOptions options)
    {
        _options = options;
        _connections = options.Connections.ToDictionary(name => name, name => new HybridConnection(name, options.Random), StringComparer.OrdinalIgnoreCase);
        _tokens = new TokenDesk(options);
        _senders = new SenderDesk(options);
        _listeners = new ListenerDesk(options, _tokens);

        // Empty: neither environment variables nor an appsettings.json lying about may change what a test meets.
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Listen);
        _app = builder.Build();
        _app.UseWebSockets();
        _app.Run(ServeAsync);
    }

    /// <summary>Gets the address of the relay, without a path.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Starts a relay; it takes connections when this returns.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<EmbeddedRelayServer> StartAsync(EmbeddedRelayOptions options, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var relay = new EmbeddedRelayServer(options);
        try
        {
            await relay._app.StartAsync(ct);
        }
        catch
        {
            await relay.DisposeAsync();
            throw;
        }

        var host = IPAddress.Any.Equals(options.Address) ? IPAddress.Loopback : options.Address;
        relay.Address = new UriBuilder(options.Certificate is null ? "http" : "https", host.ToString(), new Uri(relay._app.Urls.Single()).Port).Uri;
        return relay;
    }

    /// <summary>Gets the address of a hybrid connection.</summary>
    public Uri EndpointOf(string connection) => new(Address, connection);

    /// <summary>Counts the listeners that are there now.</summary>
    public int CountListeners(string connection) => _connections[connection].Listeners;

    /// <summary>Counts the requests that were handed to a listener so far.</summary>
    public long CountRequests(string connection) => _connections[connection].Requests;

    /// <summary>Breaks every connection of the listeners, without a word.</summary>
    public void CutListeners(string connection) => _connections[connection].CutListeners();

    /// <summary>Breaks the connection of every sender that waits for an answer.</summary>
    public void CutSenders(string connection) => _connections[connection].CutSenders();

    /// <summary>Loses so many of the next answers, after a listener has given them.</summary>
    public void LoseAnswers(string connection, int count, LostAnswer how) => _connections[connection].LoseAnswers(count, how);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Nothing that is open may hold up the stop.
        foreach (var connection in _connections.Values)
        {
            connection.CutSenders();
            connection.CutListeners();
        }

        await _app.DisposeAsync();
    }

    private void Listen(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Listen(_options.Address, _options.Port, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            if (_options.Certificate is { } certificate) listen.UseHttps(certificate);
        });
    }

    private async Task ServeAsync(HttpContext context)
    {
        if (FrontDoor.FindRefusal(context.Request, _options.Address) is { } refusal)
        {
            await SenderDesk.RefuseAsync(context, 403, refusal);
            return;
        }

        var isListener = context.Request.Path.StartsWithSegments(ListenerRoot, StringComparison.Ordinal, out var path);
        if (FindConnection(isListener ? path : context.Request.Path) is not { } connection)
            await SenderDesk.RefuseAsync(context, 404, "There is no such hybrid connection.");
        else if (isListener)
            await ServeListenerAsync(context, connection);
        else if (CheckToken(context, connection, isListener: false) is { Refusal: > 0 } pass && _options.RequiresClientAuthorization)
            await SenderDesk.RefuseAsync(context, pass.Refusal, "The token is missing, not good, or for something else.");
        else
            await _senders.ServeAsync(context, connection);
    }

    private async Task ServeListenerAsync(HttpContext context, HybridConnection connection)
    {
        var action = context.WebSockets.IsWebSocketRequest ? context.Request.Query["sb-hc-action"].ToString() : "";
        var secret = context.Request.Query["sb-hc-id"].ToString();
        var pass = CheckToken(context, connection, isListener: true);
        await (action switch
        {
            "listen" when pass.Refusal > 0 => SenderDesk.RefuseAsync(context, pass.Refusal, "The token is missing, not good, or for something else."),
            "listen" => _listeners.ListenAsync(context, connection, pass),
            "request" when !connection.IsAwaited(secret) => SenderDesk.RefuseAsync(context, 403, "This address has expired, or was used."),
            "request" => ListenerDesk.MeetAsync(context, connection, secret),
            "connect" or "accept" => SenderDesk.RefuseAsync(context, 501, "This relay relays no WebSockets."),
            _ => SenderDesk.RefuseAsync(context, 400, "This is no WebSocket, or it does not say what it is for."),
        });
    }

    /// <summary>Finds the token in the first of the three places, and takes it out of what is handed on.</summary>
    private Pass CheckToken(HttpContext context, HybridConnection connection, bool isListener)
    {
        var headers = context.Request.Headers;
        string? token = null;
        if (headers.Remove("ServiceBusAuthorization", out var own)) token = own;
        else if (context.Request.Query.TryGetValue("sb-hc-token", out var parameter)) token = parameter;
        else if (_options.RequiresClientAuthorization && headers.Remove("Authorization", out var authorization)) token = authorization;
        return _tokens.Check(token, connection.Name, isListener);
    }

    /// <summary>The hybrid connection that a path begins with; its name may have slashes in it.</summary>
    private HybridConnection? FindConnection(PathString path)
    {
        for (var name = path.Value!.Trim('/'); ; name = name[..name.LastIndexOf('/')])
        {
            if (_connections.TryGetValue(name, out var connection)) return connection;
            if (!name.Contains('/', StringComparison.Ordinal)) return null;
        }
    }
}
