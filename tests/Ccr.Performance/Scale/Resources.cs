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
