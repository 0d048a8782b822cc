using Ccr.Core.Sites.Looks;
using Ccr.Core.Tests.Support;
using Ccr.Core.Views;

namespace Ccr.Core.Tests.Sites.Looks;

/// <summary>Many machines of a site are looked for by one question.</summary>
public class LookDeskTests
{
    private const int Limit = 60_000;
    private readonly FakeLook _look = new() { Show = machine => new SiteView { Device = new DeviceView { ResourceId = machine.Machine.Length } } };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task LookAsync_ManyAtOnce_AsksInGroupsOfTwenty()
    {
        var desk = new LookDesk(_look, TimeProvider.System, TimeSpan.FromSeconds(1));

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(number => desk.LookAsync(Some.Site, Machine(number), Stop)));

        Assert.Equal([20, 20, 10], _look.Looks.Select(machines => machines.Count).OrderDescending());
        Assert.Equal(50, _look.Looks.SelectMany(machines => machines).Distinct().Count());
        Assert.All(answers.Select((answer, number) => answer.Of(Machine(number))), Assert.NotNull);
    }

    [Fact(Timeout = Limit)]
    public async Task LookAsync_TheSameMachineTwice_IsAskedOnce()
    {
        var desk = new LookDesk(_look, TimeProvider.System, TimeSpan.FromSeconds(1));

        await Task.WhenAll(desk.LookAsync(Some.Site, Machine(1), Stop), desk.LookAsync(Some.Site, Machine(1), Stop));

        Assert.Single(Assert.Single(_look.Looks));
    }

    [Fact(Timeout = Limit)]
    public async Task LookAsync_TwoSites_AreAskedEach()
    {
        var desk = new LookDesk(_look, TimeProvider.System, TimeSpan.FromSeconds(1));

        await Task.WhenAll(desk.LookAsync(Some.Site, Machine(1), Stop), desk.LookAsync(Some.Site with { Key = "lab" }, Machine(1), Stop));

        Assert.Equal(2, _look.Looks.Count);
    }

    [Fact(Timeout = Limit)]
    public async Task LookAsync_AfterOneThatThrew_AsksAgain()
    {
        _look.Show = _ => throw new InvalidOperationException("A fault in the look.");
        var desk = new LookDesk(_look, TimeProvider.System, TimeSpan.Zero);
        await Assert.ThrowsAsync<InvalidOperationException>(() => desk.LookAsync(Some.Site, Machine(1), Stop));
        _look.Show = _ => new SiteView();

        Assert.NotNull((await desk.LookAsync(Some.Site, Machine(1), Stop)).Of(Machine(1)));
    }

    private static LookedFor Machine(int number) => new($"PC{number:00}", "CORP");
}
