using System.Net.WebSockets;

namespace Ccr.Hosting.Relay;

/// <summary>Opens WebSockets to the relay.</summary>
internal sealed class RelayDialer(RelayOptions options, TimeProvider time) : IDisposable
{
    private readonly HttpMessageInvoker _http = new(RelayHttp.CreateHandler(options));

    /// <summary>Opens one, or says why not. It throws only when it is cancelled.</summary>
    /// <param name="address">Where.</param>
    /// <param name="token">The token, which a rendezvous does not need: its address is the proof.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<(RelayChannel? Channel, RelayFault? Fault)> ConnectAsync(Uri address, string? token, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        socket.Options.KeepAliveInterval = options.KeepAlive;
        socket.Options.KeepAliveTimeout = options.ConnectTimeout;
        socket.Options.CollectHttpResponseDetails = true;
        if (token is not null) socket.Options.SetRequestHeader(RelayHttp.TokenHeader, token);

        using var patience = new CancellationTokenSource(options.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await socket.ConnectAsync(address, _http, either.Token);
            return (new RelayChannel(socket), null);
        }
        catch (Exception exception)
        {
            var status = (int)socket.HttpStatusCode;
            socket.Dispose();
            if (cancellationToken.IsCancellationRequested) throw;
            return (null, RelayFault.OfConnecting(status, exception, options));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
