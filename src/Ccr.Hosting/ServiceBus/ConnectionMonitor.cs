namespace Ccr.Hosting.ServiceBus;

/// <summary>How a <see cref="ServiceBusConnection"/> is doing at one moment.</summary>
/// <param name="ConnectedSince">Since when operations succeed; null before the first one, and while they fail.</param>
/// <param name="LastError">The last fault, in one line, however long ago; null if there was none.</param>
/// <param name="LastErrorAt">When that was.</param>
/// <param name="InFlight">Received messages whose handler has not ended yet.</param>
public sealed record ServiceBusHealth(DateTimeOffset? ConnectedSince, string? LastError, DateTimeOffset? LastErrorAt, int InFlight);

/// <summary>Notes how operations end, and says each change once: a fault when it begins, and that it is over.</summary>
internal sealed class ConnectionMonitor(string host, TimeProvider time, ILogger logger)
{
    private readonly Lock _gate = new();

    /// <summary>What fails now (an entity, or the whole namespace), and the code that was said about it.</summary>
    private readonly Dictionary<string, string> _failing = new(StringComparer.OrdinalIgnoreCase);

    private DateTimeOffset? _connectedSince;
    private MessagingException? _lastError;
    private DateTimeOffset? _lastErrorAt;
    private int _inFlight;
    private volatile bool _isClosed;

    public ServiceBusHealth Health
    {
        get
        {
            lock (_gate) return new ServiceBusHealth(_connectedSince, _lastError?.Message, _lastErrorAt, Volatile.Read(ref _inFlight));
        }
    }

    public bool IsConnected
    {
        get
        {
            lock (_gate) return _connectedSince is not null;
        }
    }

    public void Begin() => Interlocked.Increment(ref _inFlight);

    public void End() => Interlocked.Decrement(ref _inFlight);

    /// <summary>After this nothing is said any more: what ends now was closed on purpose.</summary>
    public void Close() => _isClosed = true;

    /// <summary>An operation on an entity succeeded.</summary>
    public void Served(string entity)
    {
        bool isNew, hasRecovered;
        lock (_gate)
        {
            if (_connectedSince is not null && _failing.Count == 0) return;
            isNew = _failing.Remove(host) || _connectedSince is null;
            hasRecovered = _failing.Remove(entity);
            _connectedSince ??= time.GetUtcNow();
        }

        if (isNew) Log.Connected(logger, host);
        if (hasRecovered) Log.Recovered(logger, entity);
    }

    /// <summary>An operation failed for a reason that lies between here and the entity.</summary>
    public void Failed(MessagingException fault)
    {
        if (_isClosed || !fault.IsAboutTheWay) return;

        lock (_gate)
        {
            // A missing entity or a missing right says nothing about the connection.
            (_connectedSince, _lastError, _lastErrorAt) = (fault.IsTransient ? null : _connectedSince, fault, time.GetUtcNow());

            // The same code again says nothing new, however the broker words it this time.
            if (_failing.TryGetValue(fault.Subject, out var said) && said == fault.Reason.Code) return;
            _failing[fault.Subject] = fault.Reason.Code;
        }

        if (fault.IsTransient) Log.TransientFault(logger, fault.Message);
        else Log.PermanentFault(logger, fault.Message);
    }
}
