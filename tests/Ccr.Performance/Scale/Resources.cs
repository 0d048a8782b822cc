namespace Ccr.Performance.Scale;

/// <summary>Does one thing after another, at a rate: a quota of operations a second, a processor.</summary>
internal sealed class Line(string name, double perSecond)
{
    private double _free;

    public string Name => name;

    /// <summary>How long it was busy, in seconds.</summary>
    public double Busy { get; private set; }

    /// <summary>When it is done with something that comes now.</summary>
    public double Serve(double now, double amount)
    {
        var takes = amount / perSecond;
        _free = Math.Max(_free, now) + takes;
        Busy += takes;
        return _free;
    }
}

/// <summary>Lets so many through in any 60 seconds, the first of them at once; each counts until 60 seconds after it ended, as at the gate of a site.</summary>
/// <param name="name">What it is called.</param>
/// <param name="perMinute">How many; 0 is no limit.</param>
internal sealed class Window(string name, int perMinute)
{
    private const double Minute = 60;

    private readonly Queue<double> _ended = new();
    private double _lastPassed;

    public string Name => name;

    /// <summary>How long somebody waited for it, in seconds.</summary>
    public double Busy { get; private set; }

    /// <summary>When something that comes now is let through, which then takes so long.</summary>
    public double Pass(double now, double takes)
    {
        if (perMinute == 0) return now;

        var at = _ended.Count == perMinute ? Math.Max(now, _ended.Dequeue() + Minute) : now;
        _ended.Enqueue(at + takes);
        Busy += at - Math.Max(now, _lastPassed);
        return _lastPassed = at;
    }
}

/// <summary>Places that are held for a while; who finds none waits in order.</summary>
internal sealed class Places(string name, int count)
{
    private readonly Queue<int> _waiting = new();
    private int _taken;

    public string Name => name;

    public int Count => count;

    /// <summary>How long its places were held, in seconds.</summary>
    public double Held { get; private set; }

    /// <summary>Takes a place, or waits for one.</summary>
    public bool TryEnter(int machine)
    {
        if (_taken == count)
        {
            _waiting.Enqueue(machine);
            return false;
        }

        _taken++;
        return true;
    }

    /// <summary>Gives a place back; returns who has it now.</summary>
    public int? Leave(double held)
    {
        Held += held;
        if (_waiting.TryDequeue(out var next)) return next;
        _taken--;
        return null;
    }
}
