using Ccr.Core.Messaging;
using System.Threading.Channels;
using Ccr.Core.Results;
using Ccr.Core.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.Core.Tests.Results;

/// <summary>Waiting for a results topic that refuses. The fault campaign found 180 events dead-lettered by four seconds of it.</summary>
public sealed class PatientPublisherTests
{
    private const int Limit = 300_000;

    private readonly WaitedTime _time = new();
    private readonly CollectingPublisher _topic = new();
    private readonly CollectingLogger<PatientPublisher> _log = new();
    private readonly ResultMessage _result = new("result-1", "request-1", "PC01", ReadOnlyMemory<byte>.Empty, new Dictionary<string, object>());

    private PatientPublisher Publisher => field ??= new PatientPublisher(_topic, _time, _log);

    [Fact(Timeout = Limit)]
    public async Task PublishAsync_TheTopicRefusesForAWhile_PublishesOnceItTakesSomething()
    {
        _topic.Refusal = new IOException("refused");
        var publishing = Publisher.PublishAsync(_result, TestContext.Current.CancellationToken);
        _topic.Refusal = null;

        await PassAsync(publishing);

        Assert.Same(_result, Assert.Single(_topic.Messages));
        Assert.Equal([1006, 1007], _log.Entries.Select(entry => entry.Id));
    }

    [Fact(Timeout = Limit)]
    public async Task PublishAsync_TheTopicRefusesForLong_ThrowsAfterThreeMinutes()
    {
        _topic.Refusal = new IOException("refused");
        var started = _time.GetUtcNow();

        await Assert.ThrowsAsync<IOException>(() => PassAsync(Publisher.PublishAsync(_result, TestContext.Current.CancellationToken)));

        Assert.InRange(_time.GetUtcNow() - started, TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(4));
        Assert.Equal([1006], _log.Entries.Select(entry => entry.Id));
    }

    [Fact(Timeout = Limit)]
    public async Task PublishAsync_StoppedWhileItWaits_IsCancelledAtOnce()
    {
        _topic.Refusal = new IOException("refused");
        using var stop = new CancellationTokenSource();
        var publishing = Publisher.PublishAsync(_result, stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publishing);
    }

    /// <summary>Lets time pass until the task ends: exactly as much as is waited for, however late a thread takes notice.</summary>
    private async Task PassAsync(Task task)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        while (await Task.WhenAny(task, _time.Waits.ReadAsync(end.Token).AsTask()) is Task<TimeSpan> wait) _time.Advance(await wait);
        await end.CancelAsync();
        await task;
    }

    private sealed class WaitedTime : FakeTimeProvider
    {
        private readonly Channel<TimeSpan> _waits = Channel.CreateUnbounded<TimeSpan>();

        public ChannelReader<TimeSpan> Waits => _waits.Reader;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            _waits.Writer.TryWrite(dueTime);
            return timer;
        }
    }
}
