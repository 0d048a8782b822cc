using System.Collections.Concurrent;
using Ccr.Campaign.Truth;

namespace Ccr.Campaign.Scenarios;

internal static class Rounds
{
    /// <summary>Does something for each, some at a time since most of it is waiting, and adds up what came of it.</summary>
    public static async Task<(Verdict Verdict, int Kills)> RunAsync<T>(
        IEnumerable<T> all, int atATime, Func<T, CancellationToken, Task<(Verdict Verdict, int Kills)>> run, CancellationToken cancellationToken)
    {
        var found = new ConcurrentQueue<(Verdict Verdict, int Kills)>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = atATime, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(all, options, async (one, stop) => found.Enqueue(await run(one, stop)));
        return found.Aggregate((Verdict: Verdict.Nothing, Kills: 0), (sum, one) => (sum.Verdict + one.Verdict, sum.Kills + one.Kills));
    }
}
