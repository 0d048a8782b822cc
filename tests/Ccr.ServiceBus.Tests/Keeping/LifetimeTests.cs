using Ccr.ServiceBus.Keeping;
using Ccr.ServiceBus.Tests.Support;

namespace Ccr.ServiceBus.Tests.Keeping;

public class LifetimeTests
{
    private static readonly DateTimeOffset Now = Some.Time;

    [Fact]
    public void New_IsWantedAtOnce()
    {
        var lifetime = Some.Lifetime();

        Assert.Equal(LifetimeState.Wanted, lifetime.State);
        Assert.True(lifetime.DueAt <= Now);
        Assert.Null(lifetime.Fault);
    }

    [Fact]
    public void Obtained_IsHeldUntilItsRenewalIsDue()
    {
        var lifetime = Some.Lifetime();

        lifetime.Obtained(Now, Now.AddMinutes(50));

        Assert.Equal(LifetimeState.Held, lifetime.State);
        Assert.Equal(Now.AddMinutes(50), lifetime.DueAt);
        Assert.Equal(Now, lifetime.HeldSince);
    }

    [Fact]
    public void Obtained_Renewed_IsStillHeldSinceTheFirstTime()
    {
        var lifetime = Some.Lifetime();

        lifetime.Obtained(Now, Now.AddMinutes(50));
        lifetime.Obtained(Now.AddMinutes(50), Now.AddMinutes(100));

        Assert.Equal(Now, lifetime.HeldSince);
        Assert.Equal(Now.AddMinutes(100), lifetime.DueAt);
    }

    [Fact]
    public void Failed_TransientlyInARow_BacksOffAndIsNewsOnce()
    {
        var lifetime = Some.Lifetime(chance: 1);

        var news = lifetime.Failed(Now, Some.Transient);
        var first = lifetime.DueAt;
        var newsAgain = lifetime.Failed(Now, Some.Transient);
        var second = lifetime.DueAt;

        Assert.True(news);
        Assert.False(newsAgain);
        Assert.Equal(Now.AddSeconds(1), first);
        Assert.Equal(Now.AddSeconds(2), second);
        Assert.Equal(LifetimeState.Wanted, lifetime.State);
    }

    [Fact]
    public void Failed_Permanently_IsRefusedUntilTheSlowRetry()
    {
        var lifetime = Some.Lifetime(chance: 0.5);

        lifetime.Failed(Now, Some.Permanent);

        Assert.Equal(LifetimeState.Refused, lifetime.State);
        Assert.Equal(Now.AddMinutes(2), lifetime.DueAt);
        Assert.True(lifetime.IsRefused(Now.AddSeconds(119)));
        Assert.False(lifetime.IsRefused(Now.AddMinutes(2)));
        Assert.Equal("CCR4001", lifetime.Fault!.Code);
    }

    [Fact]
    public void Failed_WithAnotherFault_IsNewsAgain()
    {
        var lifetime = Some.Lifetime();

        lifetime.Failed(Now, Some.Transient);

        Assert.True(lifetime.Failed(Now, Some.Permanent));
        Assert.False(lifetime.Failed(Now, Some.Permanent));
        Assert.True(lifetime.Failed(Now, Some.Transient));
    }

    [Fact]
    public void Obtained_AfterFailures_ForgetsTheFault()
    {
        var lifetime = Some.Lifetime();

        lifetime.Failed(Now, Some.Permanent);
        lifetime.Obtained(Now.AddMinutes(2), DateTimeOffset.MaxValue);

        Assert.Equal(LifetimeState.Held, lifetime.State);
        Assert.Null(lifetime.Fault);
    }

    [Fact]
    public void Lost_AfterLong_IsWantedAlmostAtOnceAndNews()
    {
        var lifetime = Some.Lifetime(chance: 0.25);

        lifetime.Obtained(Now, DateTimeOffset.MaxValue);
        var news = lifetime.Lost(Now.AddHours(1), Some.Transient);

        Assert.True(news);
        Assert.Equal(LifetimeState.Wanted, lifetime.State);
        Assert.Equal(Now.AddHours(1).AddSeconds(0.25), lifetime.DueAt);
    }

    [Fact]
    public void Lost_AgainAndAgainAsSoonAsHeld_BacksOffAndIsNewsOnce()
    {
        var lifetime = Some.Lifetime(chance: 1);
        List<(bool IsNews, TimeSpan Delay)> losses = [];

        for (var i = 0; i < 4; i++)
        {
            lifetime.Obtained(Now, DateTimeOffset.MaxValue);
            losses.Add((lifetime.Lost(Now.AddMilliseconds(5), Some.Transient), lifetime.DueAt - Now.AddMilliseconds(5)));
        }

        Assert.Equal([true, false, false, false], losses.Select(loss => loss.IsNews));
        Assert.Equal([1, 2, 4, 8], losses.Select(loss => loss.Delay.TotalSeconds));
    }

    [Fact]
    public void Failed_WhenARenewalFails_BeginsANewRow()
    {
        var lifetime = Some.Lifetime(chance: 1);

        lifetime.Failed(Now, Some.Transient);
        lifetime.Failed(Now, Some.Transient);
        lifetime.Obtained(Now, Now.AddMinutes(50));
        var news = lifetime.Failed(Now.AddMinutes(50), Some.Transient);

        Assert.True(news);
        Assert.Equal(Now.AddMinutes(50).AddSeconds(1), lifetime.DueAt);
    }
}
