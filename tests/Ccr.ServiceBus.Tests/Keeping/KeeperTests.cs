using System.Threading.Channels;
using Ccr.ServiceBus.Keeping;
using Ccr.ServiceBus.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.ServiceBus.Tests.Keeping;

public sealed class KeeperTests : IAsyncDisposable
{
    private const int Timeout = 10_000;

    private readonly WaitingClock _time = new();
    private readonly List<MessagingException> _news = [];
    private readonly Queue<Func<Thing>> _script = new();
    private readonly List<Thing> _opened = [];
    private readonly Keeper<Thing> _keeper;
    private Task<TimeSpan>? _nextTimer;
    private int _attempts;

    public KeeperTests() => _keeper = new(
        Some.Lifetime(chance: 1), _time, (_, _) => Task.CompletedTask, _ => Task.FromResult(Open()), _news.Add);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync() => await _keeper.DisposeAsync();

    [Fact(Timeout = Timeout)]
    public async Task Get_ManyAtOnce_OpenOnlyOne()
    {
        var things = await Task.WhenAll(Enumerable.Range(0, 20)
            .Select(_ => _keeper.GetAsync(patient: false, Cancellation).AsTask()));

        Assert.Single(things.Distinct());
        Assert.Equal(1, _attempts);
        Assert.Equal(Some.Time, _keeper.OpenSince);
    }

    [Fact(Timeout = Timeout)]
    public async Task Get_TransientFaults_WaitsThemOutWithBackOff()
    {
        Fail(Some.Transient, times: 3);

        var getting = _keeper.GetAsync(patient: false, Cancellation).AsTask();
        await AdvanceUntilAsync(getting);

        Assert.Equal(4, _attempts);
        Assert.Equal(7, (_time.GetUtcNow() - Some.Time).TotalSeconds, precision: 3);
        Assert.Single(_news);
        Assert.Null(_keeper.Fault);
    }

    [Fact(Timeout = Timeout)]
    public async Task Get_PermanentFault_FailsAtOnceAndAsksAgainOnlyWhenDue()
    {
        Fail(Some.Permanent, times: 1);

        var first = await Assert.ThrowsAsync<MessagingException>(
            () => _keeper.GetAsync(patient: false, Cancellation).AsTask());
        var second = await Assert.ThrowsAsync<MessagingException>(
            () => _keeper.GetAsync(patient: false, Cancellation).AsTask());
        var attemptsBefore = _attempts;
        _time.Advance(TimeSpan.FromSeconds(133));
        await _keeper.GetAsync(patient: false, Cancellation);

        Assert.Same(first, second);
        Assert.Equal(1, attemptsBefore);
        Assert.Equal(2, _attempts);
    }

    [Fact(Timeout = Timeout)]
    public async Task Get_PermanentFaultWithPatience_WaitsForTheSlowRetry()
    {
        Fail(Some.Permanent, times: 2);

        var getting = _keeper.GetAsync(patient: true, Cancellation).AsTask();
        await AdvanceUntilAsync(getting);

        Assert.Equal(3, _attempts);
        Assert.Equal(264, (_time.GetUtcNow() - Some.Time).TotalSeconds, precision: 3);
        Assert.Single(_news);
    }

    [Fact(Timeout = Timeout)]
    public async Task Get_AfterLoss_OpensANewOneAndDisposesOfTheLost()
    {
        var first = await _keeper.GetAsync(patient: false, Cancellation);
        _time.Advance(TimeSpan.FromMinutes(10));

        first.Close(Some.Transient);
        var getting = _keeper.GetAsync(patient: false, Cancellation).AsTask();
        await AdvanceUntilAsync(getting);

        Assert.NotSame(first, await getting);
        await first.Disposed.WaitAsync(Cancellation);
        Assert.Single(_news);
    }

    [Fact(Timeout = Timeout)]
    public async Task Get_LostAsSoonAsOpen_DoesNotReopenInATightLoop()
    {
        for (var i = 0; i < 5; i++)
        {
            var getting = _keeper.GetAsync(patient: false, Cancellation).AsTask();
            await AdvanceUntilAsync(getting);
            (await getting).Close(Some.Transient);
        }

        Assert.Equal(1 + 2 + 4 + 8, (_time.GetUtcNow() - Some.Time).TotalSeconds, precision: 3);
        Assert.Single(_news);
    }

    [Fact(Timeout = Timeout)]
    public async Task Get_CallerGivesUp_TheOthersGoOnWaiting()
    {
        Fail(Some.Transient, times: 1);
        using CancellationTokenSource impatient = new();

        var leaving = _keeper.GetAsync(patient: false, impatient.Token).AsTask();
        var staying = _keeper.GetAsync(patient: false, Cancellation).AsTask();
        await impatient.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        await AdvanceUntilAsync(staying);
        Assert.Equal(2, _attempts);
    }

    [Fact(Timeout = Timeout)]
    public async Task Dispose_WhileWaiting_EndsTheWaiting()
    {
        Fail(Some.Transient, times: 1000);

        var getting = _keeper.GetAsync(patient: true, Cancellation).AsTask();
        await _keeper.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => getting);
    }

    private void Fail(MessagingException fault, int times)
    {
        for (var i = 0; i < times; i++) _script.Enqueue(() => throw fault);
    }

    private Thing Open()
    {
        Interlocked.Increment(ref _attempts);
        if (_script.TryDequeue(out var step)) step();
        Thing thing = new();
        _opened.Add(thing);
        return thing;
    }

    // Goes on exactly as far as the keeper wants to wait, whenever it has begun to.
    private async Task AdvanceUntilAsync(Task done)
    {
        while (await Task.WhenAny(done, _nextTimer ??= _time.WaitForTimerAsync(Cancellation)) is Task<TimeSpan> timer)
        {
            _nextTimer = null;
            _time.Advance(await timer);
        }

        await done;
    }

    private sealed class WaitingClock() : FakeTimeProvider(Some.Time)
    {
        private readonly Channel<TimeSpan> _timers = Channel.CreateUnbounded<TimeSpan>();

        public Task<TimeSpan> WaitForTimerAsync(CancellationToken cancellationToken) =>
            _timers.Reader.ReadAsync(cancellationToken).AsTask();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            _timers.Writer.TryWrite(dueTime);
            return timer;
        }
    }

    private sealed class Thing : IKept
    {
        private readonly TaskCompletionSource<MessagingException> _closed = new();
        private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<MessagingException> Closed => _closed.Task;

        public Task Disposed => _disposed.Task;

        public void Close(MessagingException fault) => _closed.TrySetResult(fault);

        public ValueTask DisposeAsync()
        {
            _disposed.TrySetResult();
            return ValueTask.CompletedTask;
        }
    }
}
