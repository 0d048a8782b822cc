using Ccr.Hosting.ServiceBus;
using Microsoft.Extensions.Hosting;

namespace Ccr.Console.State;

/// <summary>Reads everything that the pages show, for all tabs together. The next reading of a source waits for the answer to the last.</summary>
internal sealed class Poller(ConsoleState state, ConsoleSources sources, ConsoleOptions options, TimeProvider time) : BackgroundService
{
    /// <summary>A source that does not answer for so long has failed: with the rest between two readings it is known within ten seconds.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    private static readonly TimeSpan BetweenRenders = TimeSpan.FromMilliseconds(500);

    private readonly SemaphoreSlim _asked = new(0, 1);
    private readonly RecentResults _recent = new();
    private int _isChanged;

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        state.Asked += Ask;
        state.Update(now => now with { HasBroker = sources.Results is not null });
        var ledger = new LedgerReading(sources.View, _recent, state, time);
        var loops = new List<Task>
        {
            LoopAsync(ledger.ReadAsync, options.LedgerEvery, Patience, isAskable: true, OfLedger, stoppingToken),
            LoopAsync(
                new MachineCount(sources.View, state, time).CountAsync, options.CountEvery, Timeout.InfiniteTimeSpan, isAskable: false, OfLedger,
                stoppingToken),
            ShowAsync(stoppingToken),
        };
        if (sources.Results is { } results)
        {
            var feed = new FeedReading(results, _recent, state, time);
            loops.Add(LoopAsync(feed.ReadAsync, options.ResultsEvery, Patience, isAskable: false, OfBroker, stoppingToken));
        }

        if (sources.Connection is { } connection)
        {
            var letters = new DeadLetterReading(connection, state, time);
            loops.Add(LoopAsync(
                letters.ReadAsync, options.DeadLettersEvery, Timeout.InfiniteTimeSpan, isAskable: false, OfDeadLetters, stoppingToken));
        }

        return Task.WhenAll(loops);
    }

    public override void Dispose()
    {
        state.Asked -= Ask;
        _asked.Dispose();
        base.Dispose();
    }

    private async Task LoopAsync(
        Func<CancellationToken, Task> read, TimeSpan every, TimeSpan patience, bool isAskable,
        Func<Snapshot, DateTimeOffset, string, Snapshot> failed, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var began = time.GetTimestamp();
            try
            {
                using var late = new CancellationTokenSource(patience, time);
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop, late.Token);
                await Task.Run(() => read(limit.Token), limit.Token).WaitAsync(patience, time, stop);
            }
            catch (Exception fault) when (!stop.IsCancellationRequested)
            {
                // Whatever it is, the page must go on and say it; a fault that is none of ours is named by its kind alone.
                state.Update(now => failed(now, time.GetUtcNow(), WordsOf(fault)));
            }
            catch (OperationCanceledException)
            {
                return;
            }

            Volatile.Write(ref _isChanged, 1);
            var rest = TimeSpan.FromTicks(Math.Max(every.Ticks, isAskable ? 0 : time.GetElapsedTime(began).Ticks));
            await WaitAsync(isAskable, rest, stop);
        }
    }

    private async Task WaitAsync(bool isAskable, TimeSpan rest, CancellationToken stop)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var pause = Task.Delay(rest, time, limit.Token);
            if (isAskable) await Task.WhenAny(pause, _asked.WaitAsync(limit.Token));
            else await pause;
            await limit.CancelAsync();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The loop sees it.
        }
    }

    /// <summary>Tells the tabs: when something was learnt, and once a second so that ages go on, never more often than twice a second.</summary>
    private async Task ShowAsync(CancellationToken stop)
    {
        try
        {
            for (var idle = 0; ; idle++)
            {
                await Task.Delay(BetweenRenders, time, stop);
                if (Interlocked.Exchange(ref _isChanged, 0) == 0 && idle < 1) continue;
                idle = -1;
                state.Update(now => now);
                state.Show();
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private void Ask(object? sender, EventArgs e)
    {
        try
        {
            _asked.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is asked already.
        }
    }

    private static string WordsOf(Exception fault) => fault switch
    {
        MessagingException or LedgerException => fault.Message,
        TimeoutException or OperationCanceledException => "it does not answer",
        _ => fault.GetType().Name,
    };

    private static Snapshot OfLedger(Snapshot now, DateTimeOffset at, string fault) => now with { Ledger = now.Ledger.Failed(at, fault) };

    private static Snapshot OfBroker(Snapshot now, DateTimeOffset at, string fault) => now with { Broker = now.Broker.Failed(at, fault) };

    private static Snapshot OfDeadLetters(Snapshot now, DateTimeOffset at, string fault) => now with { DeadLetters = null };
}
