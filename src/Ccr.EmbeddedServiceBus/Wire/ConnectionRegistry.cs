using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Ccr.EmbeddedServiceBus.Wire;

/// <summary>All connected clients; cuts off those that take too long to introduce themselves or to read.</summary>
internal sealed class ConnectionRegistry : IDisposable
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<Socket, Entry> _entries = [];
    private readonly EmbeddedBrokerOptions _options;
    private readonly TimeProvider _time;
    private readonly ITimer _sweep;

    public ConnectionRegistry(EmbeddedBrokerOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _sweep = time.CreateTimer(_ => Sweep(), null, SweepInterval, SweepInterval);
    }

    /// <summary>Counts a new client in; false if there are too many.</summary>
    public bool TryAdd(Socket socket) => _entries.Count < _options.MaxConnections && _entries.TryAdd(socket, new Entry(null, _time.GetTimestamp()));

    public void Introduced(Socket socket, AmqpTransport transport) =>
        _entries.AddOrUpdate(socket, _ => new Entry(transport, 0), (_, entry) => entry with { Transport = transport });

    public void Remove(Socket socket) => _entries.TryRemove(socket, out _);

    public void CloseAll()
    {
        foreach (var (socket, entry) in _entries)
            Close(socket, entry);
    }

    public void Dispose() => _sweep.Dispose();

    private void Sweep()
    {
        foreach (var (socket, entry) in _entries)
        {
            var late = entry.Transport is not { HasOpened: true } && _time.GetElapsedTime(entry.Connected) > _options.HandshakeTimeout;
            if (late || entry.Transport?.WriteWait > _options.WriteTimeout)
                Close(socket, entry);
        }
    }

    private void Close(Socket socket, Entry entry)
    {
        Remove(socket);
        entry.Transport?.Close();
        socket.Dispose();
    }

    private sealed record Entry(AmqpTransport? Transport, long Connected);
}
