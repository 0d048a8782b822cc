using Ccr.ServiceBus.Errors;
using Ccr.ServiceBus.Keeping;
using Ccr.ServiceBus.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.ServiceBus.Tests.Keeping;

public sealed class RenewalsTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new(Some.Time);
    private readonly Renewals _renewals;

    public RenewalsTests() => _renewals = new(() => Some.Lifetime(chance: 1), _time);

    public async ValueTask DisposeAsync() => await _renewals.DisposeAsync();

    [Fact]
    public void Add_RenewsWhenDue_AgainAndAgain()
    {
        var renewed = 0;
        _renewals.Add(Due(TimeSpan.FromMinutes(1), () => renewed++));

        Advance(TimeSpan.FromSeconds(59));
        var before = renewed;
        Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(0, before);
        Assert.Equal(5, renewed);
    }

    [Fact]
    public void Add_ManyDueAtDifferentTimes_EachInItsTime()
    {
        List<int> order = [];
        foreach (var seconds in new[] { 30, 10, 20 })
            _renewals.Add(Due(TimeSpan.FromSeconds(seconds), () => order.Add(seconds)));

        Advance(TimeSpan.FromSeconds(30));

        Assert.Equal([10, 10, 10, 20, 30], order.Order());
        Assert.Equal([10, 20], order.Distinct().Take(2));
    }

    [Fact]
    public void Remove_RenewsNoMore()
    {
        var renewed = 0;
        var renewal = Due(TimeSpan.FromMinutes(1), () => renewed++);
        _renewals.Add(renewal);
        Advance(TimeSpan.FromMinutes(1));

        _renewals.Remove(renewal);
        Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(1, renewed);
    }

    [Fact]
    public void Renewal_FailsTransiently_IsTriedAgainAfterABackOff()
    {
        List<DateTimeOffset> tries = [];
        List<MessagingException> news = [];
        _renewals.Add(Due(TimeSpan.FromMinutes(50), () =>
        {
            tries.Add(_time.GetUtcNow());
            if (tries.Count < 4) throw Some.Transient;
        }, news));

        Advance(TimeSpan.FromMinutes(51));

        Assert.Equal([0, 1, 3, 7], tries.Select(time => (time - Some.Time.AddMinutes(50)).TotalSeconds));
        Assert.Single(news);
    }

    [Fact]
    public void Renewal_Refused_SaysSoOnceAndIsTriedSlowly()
    {
        var tries = 0;
        List<MessagingException> news = [];
        _renewals.Add(Due(TimeSpan.FromMinutes(50), () =>
        {
            tries++;
            throw Faults.Unauthorized("queue", Claims.Listen, "revoked");
        }, news));

        Advance(TimeSpan.FromMinutes(60));

        Assert.InRange(tries, 4, 6);
        Assert.Single(news);
    }

    [Fact]
    public void Renewal_NewsAnsweredWithNo_IsGivenUp()
    {
        var tries = 0;
        _renewals.Add(Due(TimeSpan.FromSeconds(20), () =>
        {
            tries++;
            throw Faults.LockLost("queue", "expired");
        }, news: null));

        Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(1, tries);
    }

    [Fact]
    public async Task Dispose_RenewsNoMore()
    {
        var renewed = 0;
        _renewals.Add(Due(TimeSpan.FromMinutes(1), () => renewed++));

        await _renewals.DisposeAsync();
        Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(0, renewed);
    }

    private Scripted Due(TimeSpan every, Action renew, List<MessagingException>? news = null) =>
        new Scripted(_time, every, renew, news);

    private void Advance(TimeSpan by)
    {
        for (var left = by; left > TimeSpan.Zero; left -= TimeSpan.FromSeconds(1)) _time.Advance(TimeSpan.FromSeconds(1));
    }

    private sealed class Scripted(TimeProvider time, TimeSpan every, Action renew, List<MessagingException>? news)
        : Renewal(time.GetUtcNow() + every)
    {
        protected override Task<DateTimeOffset> RenewAsync(CancellationToken cancellationToken)
        {
            renew();
            return Task.FromResult(time.GetUtcNow() + every);
        }

        protected override bool OnNews(MessagingException fault)
        {
            news?.Add(fault);
            return news is not null;
        }
    }
}
