using Microsoft.Extensions.Logging;

namespace Ccr.EmbeddedRelay;

/// <summary>How the sender learns that an answer was lost.</summary>
public enum LostAnswer
{
    /// <summary>It is told 504, as after the time limit, but at once.</summary>
    GatewayTimeout,

    /// <summary>Its connection breaks.</summary>
    BrokenConnection,
}

/// <summary>An embedded relay for development and tests: hybrid connections, as senders over HTTP and listeners expect them.</summary>
public sealed class EmbeddedRelayServer : IAsyncDisposable
{
    private EmbeddedRelayServer(EmbeddedRelayOptions options) => Address = new Uri($"http://127.0.0.1:{options.Port}");

    /// <summary>Gets the address of the relay, without a path.</summary>
    public Uri Address { get; }

    /// <summary>Starts a relay; it takes connections when this returns.</summary>
    public static Task<EmbeddedRelayServer> StartAsync(
        EmbeddedRelayOptions options, ILoggerFactory? loggers = null, CancellationToken ct = default) => throw new NotSupportedException();

    /// <summary>Gets the address of a hybrid connection.</summary>
    public Uri EndpointOf(string connection) => new(Address, connection);

    /// <summary>Counts the listeners that are there now.</summary>
    public int CountListeners(string connection) => throw new NotSupportedException();

    /// <summary>Counts the requests that were handed to a listener so far.</summary>
    public long CountRequests(string connection) => throw new NotSupportedException();

    /// <summary>Breaks every connection of the listeners, without a word.</summary>
    public void CutListeners(string connection) => throw new NotSupportedException();

    /// <summary>Breaks the connection of every sender that waits for an answer.</summary>
    public void CutSenders(string connection) => throw new NotSupportedException();

    /// <summary>Loses so many of the next answers, after a listener has given them.</summary>
    public void LoseAnswers(string connection, int count, LostAnswer how) => throw new NotSupportedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => default;
}
