namespace Ccr.Hosting.Relay;

/// <summary>Notes how a listener's control channel is, and says each change once.</summary>
internal sealed class ListenerMonitor(RelayOptions options, TimeProvider time, ILogger logger)
{
    private readonly Lock _gate = new();
    private DateTimeOffset? _connectedSince;
    private RelayFault? _lastFault;
    private DateTimeOffset? _lastFaultAt;

    /// <summary>The code that was said last, until it is over.</summary>
    private ReasonCode? _said;

    public RelayHealth HealthWith(int inFlight)
    {
        lock (_gate) return new RelayHealth(_connectedSince, _lastFault?.Message, _lastFaultAt, inFlight);
    }

    public void Connected()
    {
        lock (_gate) (_connectedSince, _said) = (time.GetUtcNow(), null);
        Log.Listening(logger, options.Name, options.Identity);
    }

    public void Failed(RelayFault fault)
    {
        bool isNew;
        lock (_gate)
        {
            isNew = _said != fault.Reason;
            (_connectedSince, _lastFault, _lastFaultAt, _said) = (null, fault, time.GetUtcNow(), fault.Reason);
        }

        if (isNew) Log.NotListening(logger, fault.Message);
    }

    public void Stopped()
    {
        lock (_gate) _connectedSince = null;
    }
}
