using Ccr.Core.Messaging;
using Ccr.Core.Results;
using Ccr.Core.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.Core.Tests.Results;

/// <summary>Waiting for a results topic that refuses. The fault campaign found 180 events dead-lettered by four seconds of it.</summary>
public sealed class PatientPublisherTests
{
    private const int Limit = 30_000;

    private readonly FakeTimeProvider _time = new();
    private readonly CollectingPublisher _topic = new();
    private readonly CollectingLogger<PatientPublisher> _log = new();
    private readonly ResultMessage _result = new("result-1", "request-1", "PC01", ReadOnlyMemory<byte>.Empty, new Dictionary<string, object>());

    private PatientPublisher Publisher => field ??= new PatientPublisher(_topic, _time, _log);

    [Fact(Timeout = Limit)]
    public async Task PublishAsync_TheTopicRefusesForAWhile_PublishesOnceItTakesSomething()
    {
        _topic.Refusal = new IOException("refused");
        var publishing = Publisher.PublishAsync(_result, TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(1));
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

    private async Task PassAsync(Task task)
    {
        while (!task.IsCompleted)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await task;
    }
}
