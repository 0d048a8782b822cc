using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ccr.Console.Tests.Acceptance;

/// <summary>Pause and brake, by hand, in more than one tab.</summary>
public sealed class Acceptance07To09Tests(Browser browser)
{
    [Fact(Timeout = 180_000)]
    public async Task Acceptance07_Pause_NeedsReasonAndEndAndIsSeenEverywhere()
    {
        await using var console = await RunningConsole.StartAsync();
        await using var tab = await Tab.OpenAsync(browser, console);
        await using var other = await tab.OpenAnotherAsync(console.Address);
        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Pause all sites", Exact = true }).ClickAsync();
        var confirm = tab.Page.Locator("#confirm");
        await Expect(confirm).ToBeDisabledAsync();
        await tab.Page.Locator("#reason").FillAsync("INC4711");
        await Expect(confirm).ToBeDisabledAsync();
        await tab.Page.Locator("#until").SelectOptionAsync("4");
        await Expect(confirm).ToBeEnabledAsync();
        await tab.Page.Locator("#reason").PressAsync("Enter");
        Assert.Empty(await console.Ledger.ListSwitchesAsync(TestContext.Current.CancellationToken));

        var since = TimeProvider.System.GetTimestamp();
        await confirm.ClickAsync();

        // The figure of the specification is one second; a busy machine is given more, and the run says how long it took.
        await Expect(other.Page.Locator("#strip.bad")).ToContainTextAsync("PAUSED");
        TestContext.Current.TestOutputHelper?.WriteLine($"seen in the other tab after {TimeProvider.System.GetElapsedTime(since).TotalSeconds:0.00} s");
        await Expect(other.Page.Locator("#strip")).ToContainTextAsync("by a.meier");
        await Expect(other.Page.Locator("#strip")).ToContainTextAsync("(INC4711)");
        await Expect(other.Page.Locator("#strip")).ToContainTextAsync("0 submissions since");
        await Expect(other.Page).ToHaveTitleAsync("(!) 1 held — Now — CCR");
        var pause = Assert.Single(await console.Ledger.ListSwitchesAsync(TestContext.Current.CancellationToken));
        Assert.True(pause.HoldsAt(console.Time.GetUtcNow()));
        Assert.InRange(pause.Until!.Value - console.Time.GetUtcNow(), TimeSpan.FromHours(3.9), TimeSpan.FromHours(4));
        await tab.GoAsync(new Uri(console.Address, "/actions"));
        var row = tab.Page.Locator("main table.list tbody tr").First;
        await Expect(row).ToContainTextAsync("a.meier");
        await Expect(row).ToContainTextAsync("INC4711");
        await Expect(row).ToContainTextAsync("off since");
        await Expect(row).ToContainTextAsync("on since");
    }

    [Fact(Timeout = 180_000)]
    public async Task Acceptance07_PauseOfALocalRun_StopsResultsAndStatusAgrees()
    {
        var data = Directory.CreateTempSubdirectory("ccr-console-").FullName;
        await using var local = new CcrProcess("local", "--console", "--data", data, "--json");
        var connection = (await local.NextAsync("started")).GetProperty("connection").GetString()!;
        var address = new Uri((await local.NextAsync("console")).GetProperty("url").GetString()!);
        await local.NextAsync("ready");
        await using var context = await browser.NewContextAsync();
        await using var tab = await Tab.OpenAsync(context, address, ownsContext: false);
        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Pause all sites", Exact = true }).ClickAsync();
        await tab.Page.Locator("#reason").FillAsync("INC4711");
        await tab.Page.Locator("#until").SelectOptionAsync("4");
        await tab.Page.Locator("#confirm").ClickAsync();
        await Expect(tab.Page.Locator("#strip")).ToContainTextAsync("PAUSED");

        var file = Path.Combine(data, "event.json");
        await File.WriteAllTextAsync(file, """{"machine":"PC01","domain":"CORP"}""", TestContext.Current.CancellationToken);
        await CcrProcess.RunAsync("send", file, "--connection", connection, "--json");
        var result = await local.NextAsync("result");

        Assert.Equal("Deferred", result.GetProperty("outcome").GetString());
        await tab.GoAsync(new Uri(address, "/results"));
        await Expect(tab.Page.Locator("tr[data-row=list]")).ToContainTextAsync("Deferred");
        await Expect(tab.Page.Locator("#strip")).ToContainTextAsync("0 submissions since");
        var status = await CcrProcess.RunAsync("status", "--data", data, "--json");
        Assert.Contains("INC4711", status, StringComparison.Ordinal);
        Assert.Contains("PAUSE of all sites", status, StringComparison.Ordinal);
    }

    [Fact(Timeout = 180_000)]
    public async Task Acceptance08_OpenDialog_StaysAsItIsWhileResultsArrive()
    {
        await using var console = await RunningConsole.StartAsync(ledger: await HeldAsync(held: 12));
        await using var tab = await Tab.OpenAsync(browser, console);
        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Release the brake of hq" }).ClickAsync();
        await tab.Page.Locator("#typed").FillAsync("hq");
        await tab.Page.Locator("#reason").FillAsync("it was a drill");
        var before = await tab.Page.Locator(".mud-dialog .dialog p").InnerTextAsync();
        Assert.StartsWith("0 machines", before, StringComparison.Ordinal);

        for (var i = 0; i < 1000; i++)
            console.Topic.Publish(Some.Result($"late-{i}", console.Time.GetUtcNow(), Outcome.Deferred, $"PC{i:0000}"));
        await Expect(tab.Page.Locator(".storm h2")).ToBeVisibleAsync();
        await tab.UntilAliveAsync();
        await tab.UntilAliveAsync();

        Assert.Equal(before, await tab.Page.Locator(".mud-dialog .dialog p").InnerTextAsync());
        Assert.Equal("hq", await tab.Page.Locator("#typed").InputValueAsync());
        await tab.Page.Locator("#confirm").ClickAsync();
        await Expect(tab.Page.Locator("#strip")).ToContainTextAsync("Nothing is held");
    }

    [Fact(Timeout = 180_000)]
    public async Task Acceptance09_TwoTabsReleaseOneBrake_OneDoesItAndTheOtherSaysWho()
    {
        var ledger = await HeldAsync(held: 1);
        await using var console = await RunningConsole.StartAsync(ledger: ledger);
        await using var colleague = await RunningConsole.StartAsync(ledger: ledger, who: "b.huber");
        await using var one = await Tab.OpenAsync(browser, console);
        await using var two = await Tab.OpenAsync(browser, colleague);
        foreach (var tab in new[] { one, two })
        {
            await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Release the brake of hq" }).ClickAsync();
            await tab.Page.Locator("#typed").FillAsync("hq");
            await tab.Page.Locator("#reason").FillAsync("it was a drill");
        }

        await two.Page.Locator("#confirm").ClickAsync();
        await Expect(two.Page.Locator(".mud-dialog")).ToHaveCountAsync(0);
        await one.Page.Locator("#confirm").ClickAsync();

        await Expect(one.Page.Locator(".mud-dialog [role=alert]")).ToContainTextAsync("b.huber did this");
        var actions = await ledger.ListActionsAsync(null, 10, TestContext.Current.CancellationToken);
        Assert.Equal(("brake release", "b.huber"), (Assert.Single(actions.Rows).Kind, actions.Rows[0].Who.Name));
    }

    /// <summary>A ledger in which the brake of hq holds.</summary>
    private static async Task<FaultyLedger> HeldAsync(int held)
    {
        var ledger = new FaultyLedger(new InMemoryLedgerStore());
        var state = await ledger.ReadSwitchAsync(SwitchRecord.BrakeKey("hq"), TestContext.Current.CancellationToken);
        var since = TimeProvider.System.GetUtcNow().AddMinutes(-held);
        Assert.True(await ledger.TryWriteSwitchAsync(
            state, new SwitchRecord(state.Key, true, since, By: "storm brake"), TestContext.Current.CancellationToken));
        return ledger;
    }
}
