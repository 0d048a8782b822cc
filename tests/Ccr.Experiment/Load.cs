namespace Ccr.Experiment;

/// <summary>What is sent, and how the management point answers.</summary>
/// <param name="Name">What the tables call it.</param>
/// <param name="Faults">The management point's.</param>
/// <param name="Events">How many events.</param>
/// <param name="Machines">For how many machines.</param>
internal sealed record Load(string Name, string? Faults, int Events, int Machines)
{
    /// <summary>The machine of each event.</summary>
    public string[] Names(Random random)
    {
        var names = Enumerable.Range(0, Events).Select(number => $"M{number % Machines}").ToArray();
        if (Machines < Events) random.Shuffle(names);
        return names;
    }

    /// <summary>The loads of the method; 0 ms with all events first, since the others are compared with it.</summary>
    public static IReadOnlyList<Load> All(int events) =>
    [
        new("MP 0 ms", null, events, events),
        new($"MP 0 ms, {Math.Max(1, events / 20)} machines", null, events, Math.Max(1, events / 20)),
        new("MP 50 ms", "delay=50ms", events / 2, events / 2),
        new("MP 500 ms", "delay=500ms", events / 20, events / 20),
        new("MP 0 ms, 10 % 503", "status=503@10%", events, events),
    ];
}
