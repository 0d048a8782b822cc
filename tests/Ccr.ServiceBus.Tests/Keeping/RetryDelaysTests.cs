using Ccr.ServiceBus.Keeping;
using Ccr.ServiceBus.Tests.Support;

namespace Ccr.ServiceBus.Tests.Keeping;

public class RetryDelaysTests
{
    [Theory]
    [InlineData(1, 0, 0.5)]
    [InlineData(1, 1, 1)]
    [InlineData(2, 1, 2)]
    [InlineData(3, 0, 2)]
    [InlineData(5, 1, 16)]
    [InlineData(6, 1, 30)]
    [InlineData(6, 0, 15)]
    [InlineData(1_000_000, 1, 30)]
    public void AfterTransient_Doubles_UpToTheMost_HalfOfItJitter(int failures, double chance, double seconds)
    {
        var delay = Some.Delays.AfterTransient(failures, new Jitter(new FixedRandom(chance)));

        Assert.Equal(seconds, delay.TotalSeconds, precision: 6);
    }

    [Theory]
    [InlineData(0, 108)]
    [InlineData(1, 132)]
    public void AfterPermanent_IsSlow_WithinATenth(double chance, double seconds)
    {
        var delay = Some.Delays.AfterPermanent(new Jitter(new FixedRandom(chance)));

        Assert.Equal(seconds, delay.TotalSeconds, precision: 6);
    }
}
