using Ccr.Campaign.Supervision;
using Ccr.Campaign.Truth;

namespace Ccr.Campaign.Scenarios;

/// <summary>One row of the campaign: does something bad to a running installation, and has the checker look at what came of it.</summary>
internal interface IScenario
{
    /// <summary>R1 to R22.</summary>
    string Id { get; }

    /// <summary>What is done, in a few words.</summary>
    string Title { get; }

    /// <summary>The build on which it must fail; null for those that run broken builds themselves.</summary>
    BrokenBuild? FailsOn { get; }

    Task<Finding> RunAsync(Run run, CancellationToken cancellationToken);
}

/// <summary>A build that is broken on purpose.</summary>
/// <param name="Name">Which.</param>
/// <param name="Caught">What the scenario must say of it: that it is failed for another reason proves nothing.</param>
internal sealed record BrokenBuild(string Name, Func<Verdict, IReadOnlyList<string>> Caught);

/// <summary>What a scenario came to.</summary>
/// <param name="Verdict">The checker's, and what the scenario itself expected otherwise.</param>
/// <param name="Note">What else there is to say: how often it was done, and what it did not do.</param>
internal sealed record Finding(Verdict Verdict, string Note)
{
    /// <summary>How often a process was killed, stopped or held.</summary>
    public int Disturbed { get; init; }

    /// <summary>How often work went on after that.</summary>
    public int Recovered { get; init; }

    /// <summary>Further figures, by name.</summary>
    public IReadOnlyDictionary<string, double> Figures { get; init; } = new Dictionary<string, double>();
}

/// <summary>One run of one scenario.</summary>
/// <param name="Folder">A folder of its own.</param>
/// <param name="IsFull">Whether to take the time it takes.</param>
/// <param name="Random">Its chance: the same for the same seed.</param>
/// <param name="Broken">The broken build to run in place of the processor that ships, to see the scenario fail; null for none.</param>
internal sealed record Run(string Folder, bool IsFull, Random Random, string? Broken)
{
    private int _installations;

    /// <summary>The longest that answers are waited for: on a broken build some never come.</summary>
    public TimeSpan MostPatience { get; init; } = TimeSpan.MaxValue;

    public int Pick(int quick, int full) => IsFull ? full : quick;

    public Task<Installation> InstallAsync(Setup setup, CancellationToken cancellationToken) =>
        Installation.StartAsync(
            Path.Combine(Folder, $"{Interlocked.Increment(ref _installations)}"),
            setup with { Broken = Broken, MostPatience = MostPatience },
            cancellationToken);

    /// <summary>The same, and whether each push ended in the one verification that its machine's fate asks for.</summary>
    /// <param name="installation">An installation with a site that is looked at.</param>
    /// <param name="mayBeUnknown">Whether that nobody could look can be true.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<Verdict> CheckLooksAsync(
        Installation installation, Func<Sighting, bool> mayBeUnknown, CancellationToken cancellationToken)
    {
        var looks = await installation.Witness.LookAtLooksAsync(cancellationToken);
        var witness = installation.Witness;
        return (await CheckAsync(installation, cancellationToken) + SightingChecker.Check(
            witness.Answers, witness.Sightings, installation.Site!.IsBack, mayBeUnknown))
            .Expect(looks.Waiting == 0, $"{looks.Waiting} looks are still scheduled")
            .Expect(looks.DeadLetters.Count == 0, $"looks were dead-lettered: {string.Join(", ", looks.DeadLetters)}");
    }

    public static async Task<Verdict> CheckAsync(Installation installation, CancellationToken cancellationToken) => Checker.Check(
        installation.Witness.Attempts, Push.ReadLog(installation.RequestLog), installation.Witness.Answers,
        await installation.Witness.LookAsync(cancellationToken));
}
