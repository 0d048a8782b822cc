using Ccr.Performance.Experiment.Contestants;

namespace Ccr.Performance.Experiment;

/// <summary>What is sent, and how the management point answers.</summary>
/// <param name="Name">What the tables call it.</param>
/// <param name="Faults">The management point's; machines whose names begin otherwise than those of the load are spared, as is the warm-up.</param>
/// <param name="Events">How many events.</param>
/// <param name="Machines">For how many machines.</param>
internal sealed record Load(string Name, string? Faults, int Events, int Machines)
{
    private const int FewestEvents = 100;

    /// <summary>The management point's time, and not the contestant's, is most of it.</summary>
    public bool IsSlow { get; private init; }

    /// <summary>The machine of each event.</summary>
    public string[] Names(Random random)
    {
        var names = Enumerable.Range(0, Events).Select(number => $"M{number % Machines}").ToArray();
        if (Machines < Events) random.Shuffle(names);
        return names;
    }

    /// <summary>As much of it as a contestant is given; null where there is nothing to be learnt by it.</summary>
    public Load? For(Contestant contestant) => (IsSlow, contestant.IsSequential) switch
    {
        (true, true) => null,
        (true, false) => this,
        _ => OneOf(contestant.OneOf),
    };

    /// <summary>The same with one of so many events and machines.</summary>
    public Load OneOf(int many) => this with { Events = Math.Max(1, Events / many), Machines = Math.Max(1, Machines / many) };

    /// <summary>Distinct machines, and a management point that answers at once.</summary>
    public static Load Plain(int events) => new("MP 0 ms", null, events, events);

    /// <summary>The loads of the method; those with a slow management point are short, since that is what they wait for.</summary>
    public static IReadOnlyList<Load> All(int events) =>
    [
        Plain(events),
        new("MP 0 ms, 20 events a machine", null, events, Math.Max(1, events / 20)),
        Slow("MP 50 ms", "delay=50ms@M*", events / 5),
        new("MP 0 ms, 10 % 503", "status=503@M*,10%", events, events),
    ];

    private static Load Slow(string name, string faults, int events) =>
        new(name, faults, Math.Max(FewestEvents, events), Math.Max(FewestEvents, events)) { IsSlow = true };
}
