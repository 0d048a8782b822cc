using Ccr.Hosting.ServiceBus;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.Hosting.Tests.ServiceBus;

public sealed class DrainingTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly CancellationTokenSource _stop = new();

    /// <summary>A host has thirty seconds in all.</summary>
    [Fact]
    public async Task RunAsync_WhenTheHostStops_TellsAHandlerThatHasBegunTwentySecondsLater()
    {
        var told = default(CancellationToken);
        var end = new TaskCompletionSource();
        var running = Draining.RunAsync(
            token =>
            {
                told = token;
                return end.Task;
            },
            _time, _stop.Token);
        await _stop.CancelAsync();

        _time.Advance(TimeSpan.FromSeconds(19));
        Assert.False(told.IsCancellationRequested);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(told.IsCancellationRequested);

        end.SetResult();
        await running;
    }

    [Fact]
    public async Task RunAsync_AfterTheHostStopped_TellsTheHandlerAtOnce()
    {
        await _stop.CancelAsync();
        var wasTold = false;

        await Draining.RunAsync(token => Task.FromResult(wasTold = token.IsCancellationRequested), _time, _stop.Token);

        Assert.True(wasTold);
    }

    public void Dispose() => _stop.Dispose();
}
