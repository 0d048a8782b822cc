using Ccr.ServiceBus.Receiving;

namespace Ccr.ServiceBus.Tests.Receiving;

public class CreditWindowTests
{
    [Fact]
    public void Take_New_IsTheWholeWindowOnce()
    {
        CreditWindow window = new(8);

        Assert.Equal(8, window.Take());
        Assert.Equal(0, window.Take());
    }

    [Fact]
    public void Take_AfterSettling_IsWhatWasSettled()
    {
        CreditWindow window = new(8);
        window.Take();
        for (var i = 0; i < 5; i++) window.Delivered(onCurrentLink: true);

        var before = window.Take();
        window.Settled();
        window.Settled();

        Assert.Equal(0, before);
        Assert.Equal(2, window.Take());
    }

    [Fact]
    public void Take_OnANewLink_LeavesOutWhatIsStillUnsettled()
    {
        CreditWindow window = new(8);
        window.Take();
        for (var i = 0; i < 5; i++) window.Delivered(onCurrentLink: true);

        window.Reset();
        var granted = window.Take();
        window.Delivered(onCurrentLink: false);
        window.Settled();

        Assert.Equal(3, granted);
        Assert.Equal(0, window.Take());
    }

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(32, 7, false)]
    [InlineData(32, 8, true)]
    public void IsWorthTaking_FromAQuarterOfTheWindowOn(int size, int settled, bool expected)
    {
        CreditWindow window = new(size);
        window.Take();
        for (var i = 0; i < size; i++) window.Delivered(onCurrentLink: true);

        for (var i = 0; i < settled; i++) window.Settled();

        Assert.Equal(expected, window.IsWorthTaking);
    }
}
