using Ccr.ServiceBus.Receiving;
using Ccr.ServiceBus.Tests.Support;

namespace Ccr.ServiceBus.Tests.Receiving;

public class LockRenewalTests
{
    [Theory]
    [InlineData(60, 50)]
    [InlineData(30, 20)]
    [InlineData(5, 2.5)]
    [InlineData(1, 1)]
    [InlineData(-90, 1)]
    [InlineData(600, 290)]
    public void DueAt_LeavesHalfTheLockOrTenSeconds(double secondsLeft, double dueInSeconds)
    {
        var due = LockRenewal.DueAt(Some.Time, Some.Time.AddSeconds(secondsLeft));

        Assert.Equal(dueInSeconds, (due - Some.Time).TotalSeconds, precision: 3);
    }
}
