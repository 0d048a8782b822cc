namespace Ccr.ServiceBus;

/// <summary>How long one operation may still take.</summary>
internal readonly struct Deadline
{
    private readonly TimeProvider _time;
    private readonly long _start;

    private Deadline(TimeProvider time, TimeSpan whole)
    {
        _time = time;
        _start = time.GetTimestamp();
        Whole = whole;
    }

    /// <summary>The time that the operation had to begin with.</summary>
    public TimeSpan Whole { get; }

    /// <summary>The time that is left; zero when it is over.</summary>
    public TimeSpan Left
    {
        get
        {
            var left = Whole - _time.GetElapsedTime(_start);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>A deadline as far away as one operation may take.</summary>
    public static Deadline After(ServiceBusConnection connection) => new(connection.Time, connection.Options.OperationTimeout);

    /// <summary>Runs something that is cancelled at the deadline, or when the caller cancels.</summary>
    public async Task<T> RunAsync<T>(Func<CancellationToken, ValueTask<T>> run, CancellationToken cancellationToken)
    {
        using CancellationTokenSource timeout = new(Left, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        return await run(either.Token);
    }
}
