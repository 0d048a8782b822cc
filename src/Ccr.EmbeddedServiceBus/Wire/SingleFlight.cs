namespace Ccr.EmbeddedServiceBus.Wire;

/// <summary>Runs an action on one thread at a time; a call during a run makes that run go round once more.</summary>
internal sealed class SingleFlight
{
    private int _calls;

    public void Run(Action action)
    {
        if (Interlocked.Increment(ref _calls) != 1)
            return;
        int seen;
        do
        {
            seen = Volatile.Read(ref _calls);
            action();
        }
        while (Interlocked.Add(ref _calls, -seen) != 0);
    }
}
