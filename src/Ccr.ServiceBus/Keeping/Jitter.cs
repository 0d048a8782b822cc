namespace Ccr.ServiceBus.Keeping;

/// <summary>A source of chance that many threads may use.</summary>
internal sealed class Jitter(Random random)
{
    private readonly Lock _gate = new();

    /// <summary>A number from 0 to just below 1.</summary>
    public double Next()
    {
        lock (_gate) return random.NextDouble();
    }
}
