namespace Ccr.Core.Tests.Exploration;

/// <summary>
/// The promise, checked in every order in which deliveries, claims, sends, answers, records, publications, settlements, crashes, lost locks and the
/// passing of time can follow each other.
/// </summary>
public class ExplorationTests
{
    private const int Limit = 600_000;

    [Theory(Timeout = Limit)]
    [InlineData(nameof(Variant.AsItIs), 1, 2, 2, 0, 2)]
    [InlineData(nameof(Variant.AsItIs), 1, 2, 1, 1, 0)]
    [InlineData(nameof(Variant.AsItIs), 1, 2, 0, 1, 1)]
    [InlineData(nameof(Variant.AsItIs), 2, 2, 1, 0, 1)]
    [InlineData(nameof(Variant.AsItIs), 2, 2, 0, 1, 0)]
    [InlineData(nameof(Variant.AsItIs), 2, 2, 2, 0, 0)]
    [InlineData(nameof(Variant.ClaimsUnread), 1, 2, 2, 0, 2)]
    [InlineData(nameof(Variant.ClaimsUnread), 2, 2, 0, 1, 0)]
    public void Processor_EveryOrder_KeepsThePromise(string variant, int events, int workers, int crashes, int lostLocks, int jumps) =>
        Explore(variant, events, workers, crashes, lostLocks, jumps);

    /// <summary>Minutes of one core: by its own command, and in the full campaign.</summary>
    [Theory(Timeout = Limit, Explicit = true)]
    [InlineData(nameof(Variant.AsItIs), 1, 2, 1, 1, 1)]
    [InlineData(nameof(Variant.ClaimsUnread), 1, 2, 1, 1, 1)]
    [InlineData(nameof(Variant.ClaimsUnread), 2, 2, 1, 0, 1)]
    public void Processor_EveryOrderOfMore_KeepsThePromise(string variant, int events, int workers, int crashes, int lostLocks, int jumps) =>
        Explore(variant, events, workers, crashes, lostLocks, jumps);

    [Theory(Timeout = Limit)]
    [InlineData(nameof(Variant.ClaimsUnreadWhateverIsThere), "pushed")]
    [InlineData(nameof(Variant.ClaimsAfterItSent), "pushed")]
    [InlineData(nameof(Variant.SettlesBeforeItPublishes), "has no result")]
    [InlineData(nameof(Variant.ResendsWhatIsUnknown), "pushed")]
    [InlineData(nameof(Variant.ForgetsItsOwnClaim), "pushed")]
    [InlineData(nameof(Variant.PublishesWithoutRecording), "two results")]
    public void Processor_BrokenInOneWay_IsCaught(string variant, string expected)
    {
        var explorer = new Explorer(Enum.Parse<Variant>(variant), new Limits(2, 2, 1, 0, 1), depth: 100);

        var violation = explorer.FindViolation(TestContext.Current.CancellationToken);

        TestContext.Current.TestOutputHelper!.WriteLine($"after {explorer.Runs} runs: {violation}");
        Assert.Contains(expected, violation, StringComparison.Ordinal);
    }

    private static void Explore(string variant, int events, int workers, int crashes, int lostLocks, int jumps)
    {
        var explorer = new Explorer(Enum.Parse<Variant>(variant), new Limits(events, workers, crashes, lostLocks, jumps), depth: 100);

        var violation = explorer.FindViolation(TestContext.Current.CancellationToken);

        TestContext.Current.TestOutputHelper!.WriteLine($"{events} events, {workers} workers, {crashes} crashes, {lostLocks} lost locks, {jumps} jumps in " +
            $"time: {explorer.States} states in {explorer.Runs} runs");
        Assert.Null(violation);
        Assert.False(explorer.WasCut);
    }
}
