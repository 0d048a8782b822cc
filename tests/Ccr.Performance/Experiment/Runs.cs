using Ccr.Campaign.Truth;
using Ccr.Performance.Experiment.Contestants;
using Ccr.Performance.Experiment.Staging;

namespace Ccr.Performance.Experiment;

/// <summary>The three things that are done with a contestant: as fast as it can, at a given rate, and with a kill in the middle.</summary>
internal sealed class Runs(Cores cores, Programs programs)
{
    /// <summary>Events before those that count, by default so many that what runs often is compiled to its end.</summary>
    public int WarmUp { get; init; } = 2000;

    /// <summary>A run ends when nothing was heard for so long.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>A load, by the name of what is measured with the cores of these runs.</summary>
    public Load NameOf(Load load) => cores.ForContestant.Count == 0 ? load : load with { Name = $"{load.Name}, pinned" };

    /// <summary>Our contestants once more, for each text that names something to measure beside what ships.</summary>
    public IEnumerable<Contestant> Beside(IEnumerable<string> texts, IReadOnlyList<Contestant> contestants) =>
        texts.SelectMany(text => contestants.Where(one => one.IsOurs).Select(one => (One: one, Programs: programs.Beside(text))))
            .Select(each => each.One with { Name = $"{each.One.Name}, {each.Programs.Name}", Programs = each.Programs });

    /// <summary>A stage for what needs no broker.</summary>
    public Task<Stage> StageAsync(CancellationToken cancellationToken) => Stage.StartAsync(cores, programs, null, "PT1M", cancellationToken);

    /// <summary>Closed loop: everything waits on the queue while the contestant is held; then it is let go.</summary>
    public async Task<Measurement> FastAsync(Contestant contestant, Load load, Random random, CancellationToken cancellationToken)
    {
        await using var stage = await StageAsync(contestant, load.Faults, "PT1M", cancellationToken);
        await using var audience = new Audience(stage.ConnectionString);
        await using var process = await StartWarmAsync(contestant, stage, audience, cancellationToken);
        var (before, heard) = (process.ReadUsage(), audience.Heard);
        process.Hold();
        await audience.SendAsync(load.Names(random), cancellationToken);
        var started = TimeProvider.System.GetTimestamp();
        process.GoOn();
        await audience.WaitAsync(heard + load.Events, Patience, cancellationToken);
        var elapsed = TimeProvider.System.GetElapsedTime(started, audience.LastHeard);
        if (audience.Heard < heard + load.Events)
        {
            var missing = await audience.FindMissingAsync(cancellationToken);
            await System.Console.Error.WriteLineAsync($"{contestant.Name}: {heard + load.Events - audience.Heard} not answered; {missing}");
        }

        var after = process.ReadUsage();
        return new Measurement
        {
            PerSecond = (audience.Heard - heard) / elapsed.TotalSeconds,
            CpuPerThousand = (after.Sum(one => one.Cpu.TotalSeconds) - before.Sum(one => one.Cpu.TotalSeconds)) / load.Events * 1000,
            PeakMegabytes = [.. after.Select(one => one.PeakResident / 1024.0 / 1024.0)],
            Lost = heard + load.Events - audience.Heard,
            PushedAgain = CountPushedAgain(stage),
        };
    }

    /// <summary>Open loop: events are sent at a rate, whether or not the contestant keeps up.</summary>
    public async Task<Latency> SteadyAsync(Contestant contestant, double perSecond, TimeSpan time, CancellationToken cancellationToken)
    {
        await using var stage = await StageAsync(contestant, faults: null, "PT1M", cancellationToken);
        await using var audience = new Audience(stage.ConnectionString, hearsEach: true);
        await using var process = await StartWarmAsync(contestant, stage, audience, cancellationToken);
        var count = (int)(perSecond * time.TotalSeconds);
        var (heard, started, sent) = (audience.Heard, TimeProvider.System.GetTimestamp(), 0);
        while (sent < count)
        {
            // All that are due by now go together; each counts from when it was due.
            var due = Math.Min(count, (int)(TimeProvider.System.GetElapsedTime(started).TotalSeconds * perSecond) + 1);
            if (due > sent) await audience.SendAsync(Enumerable.Range(sent, due - sent).Select(number => $"M{number}"), cancellationToken);
            sent = due;
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, cancellationToken);
        }

        await audience.WaitAsync(heard + count, Patience, cancellationToken);
        var latencies = Enumerable.Range(0, count)
            .Select(number => (Heard: audience.HeardAt($"M{number}"), Due: number / perSecond))
            .Where(each => each.Heard is not null)
            .Select(each => (TimeProvider.System.GetElapsedTime(started, each.Heard!.Value).TotalSeconds - each.Due) * 1000)
            .Order().ToList();
        return new Latency(perSecond, latencies[latencies.Count / 2], latencies[(int)(latencies.Count * 0.99)], latencies[^1]);
    }

    /// <summary>Kills it in the middle of the load, and starts it again.</summary>
    public async Task<Measurement> KilledAsync(Contestant contestant, int events, CancellationToken cancellationToken)
    {
        await using var stage = await StageAsync(contestant, "delay=20ms@M*", "PT5S", cancellationToken);
        await using var audience = new Audience(stage.ConnectionString);
        await using var process = await StartWarmAsync(contestant, stage, audience, cancellationToken);
        var heard = audience.Heard;
        await audience.SendAsync(Enumerable.Range(0, events).Select(number => $"M{number}"), cancellationToken);
        await audience.WaitAsync(heard + (events / 2), Patience, cancellationToken);
        await process.KillAsync(cancellationToken);
        await using var again = contestant.Start(stage, "ledger");

        // What was claimed is given up when its lock and its lease have run out.
        await audience.WaitAsync(heard + events, TimeSpan.FromSeconds(40), cancellationToken);
        return new Measurement
        {
            Lost = heard + events - audience.Heard,
            PushedAgain = CountPushedAgain(stage),
        };
    }

    private Task<Stage> StageAsync(Contestant contestant, string? faults, string lockTime, CancellationToken cancellationToken) =>
        Stage.StartAsync(cores, contestant.Programs ?? programs, faults, lockTime, cancellationToken, contestant.IsBehindRelay);

    /// <summary>Requests beyond one a machine, by the management point's log; the warm-up is answered before.</summary>
    private static int CountPushedAgain(Stage stage)
    {
        var pushes = Push.ReadLog(stage.RequestLog);
        return pushes.Count - pushes.DistinctBy(push => push.Machine).Count();
    }

    private async Task<Team> StartWarmAsync(Contestant contestant, Stage stage, Audience audience, CancellationToken cancellationToken)
    {
        var events = WarmUp / contestant.OneOf;
        audience.Start();
        var process = contestant.Start(stage, "ledger");
        try
        {
            await process.ReadyAsync(cancellationToken);
            await audience.SendAsync(Enumerable.Range(0, events).Select(number => $"WARM{number}"), cancellationToken);
            if (!await audience.WaitAsync(events, Patience, cancellationToken))
                throw new InvalidOperationException($"{contestant.Name} answered {audience.Heard} of {events} events to warm up.");
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }
}
