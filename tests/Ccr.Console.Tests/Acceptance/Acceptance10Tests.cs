using Ccr.Hosting.ServiceBus;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ccr.Console.Tests.Acceptance;

/// <summary>Dead letters, on an embedded broker.</summary>
public sealed class Acceptance10Tests(Browser browser)
{
    [Fact(Timeout = 180_000)]
    public async Task Acceptance10_RedriveOfAGroupWhileOthersDie_SendsExactlyThoseThatWereSeen()
    {
        await using var console = await LettersConsole.StartAsync();
        await console.Letters.DieAsync(300);
        await using var context = await browser.NewContextAsync();
        await using var tab = await Tab.OpenAsync(context, console.Server.NewSignInAddress(), ownsContext: false);
        await tab.GoAsync(new Uri(console.Server.Address, "/dead-letters"));
        await Expect(tab.Page.Locator("tr[data-row=list]")).ToContainTextAsync("300");
        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Redrive" }).ClickAsync();
        await tab.Page.Locator("#reason").FillAsync("INC4711");
        await Expect(tab.Page.Locator("#confirm")).ToBeDisabledAsync();
        await tab.Page.Locator("#typed").FillAsync("300");

        await console.Letters.DieAsync(50);
        await Expect(tab.Page.Locator("tr[data-row=list]")).ToContainTextAsync("350");
        await tab.Page.Locator("#confirm").ClickAsync();

        await Expect(tab.Page.Locator(".mud-dialog")).ToHaveCountAsync(0);
        Assert.Equal((50, 300), await console.Letters.CountAsync());
        var action = Assert.Single((await console.Ledger.ListActionsAsync(null, 10, TestContext.Current.CancellationToken)).Rows);
        Assert.Equal(("redrive", 300, 300, ActionOutcome.Done, "INC4711"), (action.Kind, action.Count, action.Done, action.Outcome, action.Reason));
    }

    [Fact(Timeout = 180_000)]
    public async Task Acceptance10_TabClosedHalfWay_LosesNoneAndSendsNoneTwice()
    {
        await using var console = await LettersConsole.StartAsync();
        await console.Letters.DieAsync(300);
        await using var context = await browser.NewContextAsync();
        await using (var tab = await Tab.OpenAsync(context, console.Server.NewSignInAddress(), ownsContext: false))
        {
            await tab.GoAsync(new Uri(console.Server.Address, "/dead-letters"));

            // The dialog's number is the one of the row at that moment, and the row grows while they die.
            await Expect(tab.Page.Locator("tr[data-row=list]")).ToContainTextAsync("300");
            await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Redrive" }).ClickAsync();
            await tab.Page.Locator("#reason").FillAsync("INC4711");
            await tab.Page.Locator("#typed").FillAsync("300");
            await tab.Page.Locator("#confirm").ClickAsync();

            // A browser that closes at once may not have sent the click.
            await UntilActionAsync(console, _ => true);
        }

        await UntilActionAsync(console, action => action.Outcome == ActionOutcome.Done);
        Assert.Equal((0, 300), await console.Letters.CountAsync());
    }

    [Fact(Timeout = 180_000)]
    public async Task Acceptance10_KilledHalfWay_LosesNoneSendsNoneTwiceAndTheActionSaysSo()
    {
        const int All = 900;
        await using var disk = new DiskLedger();
        await using var letters = await DeadLetters.StartAsync();
        await letters.DieAsync(All);
        string[] command = ["console", "--data", disk.Folder, "--connection", letters.ConnectionString, "--no-browser", "--json"];
        await using var context = await browser.NewContextAsync();
        await using (var killed = new CcrProcess(command))
        {
            var address = new Uri((await killed.NextAsync("console")).GetProperty("url").GetString()!);
            await using var tab = await Tab.OpenAsync(context, address, ownsContext: false);
            await tab.GoAsync(new Uri(address, "/dead-letters"));
            await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Redrive" }).ClickAsync();
            await tab.Page.Locator("#reason").FillAsync("INC4711");
            await tab.Page.Locator("#typed").FillAsync($"{All}");
            await tab.Page.Locator("#confirm").ClickAsync();
            while ((await letters.CountAsync()).Waiting == 0) TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }

        var (dead, waiting) = await letters.ReadAsync();
        Assert.InRange(dead.Count, 1, All - 1);
        var sent = waiting.Select(message => DeadLetterRedrive.IdOf(message.ToEvent())!).ToList();
        var left = dead.Select(letter => DeadLetterRedrive.NewIdOf(letter.EnqueuedTime, letter.SequenceNumber)).ToList();
        Assert.Equal(sent.Distinct(), sent);
        Assert.Equal(All, sent.Union(left).Count());

        // The one that was sent and not yet taken away when it was killed: sent again, it has the same id, and is handled once.
        Assert.InRange(sent.Intersect(left).Count(), 0, 1);
        await using var again = new CcrProcess(command);
        var next = new Uri((await again.NextAsync("console")).GetProperty("url").GetString()!);
        await using var fresh = await Tab.OpenAsync(context, next, ownsContext: false);
        await fresh.GoAsync(new Uri(next, "/actions"));
        await Expect(fresh.Page.Locator("tr[data-row=list]")).ToContainTextAsync($"of {All}");
        await Expect(fresh.Page.Locator("tr[data-row=list]")).ToContainTextAsync("in progress");
    }

    [Fact(Timeout = 180_000)]
    public async Task Discard_OfAGroup_KeepsThemInAFileAndNotesWho()
    {
        await using var console = await LettersConsole.StartAsync();
        await console.Letters.DieAsync(3, reason: "CCR1007");
        await console.Letters.DieAsync(2);
        await using var context = await browser.NewContextAsync();
        await using var tab = await Tab.OpenAsync(context, console.Server.NewSignInAddress(), ownsContext: false);
        await tab.GoAsync(new Uri(console.Server.Address, "/dead-letters?reason=CCR1007"));
        var row = tab.Page.Locator("tr[data-row=list]");
        await Expect(row.Locator("td:nth-child(3)")).ToHaveTextAsync("3");
        await row.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Discard" }).ClickAsync();
        await tab.Page.Locator("#reason").FillAsync("INC4711");
        var copy = await tab.Page.RunAndWaitForDownloadAsync(() => tab.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Download" }).ClickAsync());
        Assert.Equal(3, (await File.ReadAllLinesAsync(await copy.PathAsync(), TestContext.Current.CancellationToken)).Length);
        await Expect(tab.Page.Locator("#confirm")).ToBeDisabledAsync();
        await tab.Page.Locator("#typed").FillAsync("discard");
        await tab.Page.Locator("#confirm").ClickAsync();

        await Expect(tab.Page.Locator(".mud-dialog")).ToHaveCountAsync(0);
        await Expect(tab.Page.Locator(".mud-snackbar")).ToContainTextAsync("3 were deleted. They stand in");
        Assert.Equal((2, 0), await console.Letters.CountAsync());
        var kept = await File.ReadAllLinesAsync(Directory.GetFiles(console.Discarded).Single(), TestContext.Current.CancellationToken);
        Assert.All(kept, line => Assert.Contains("\"body\":\"body ", line, StringComparison.Ordinal));
        Assert.Equal(3, kept.Length);
        var action = Assert.Single((await console.Ledger.ListActionsAsync(null, 10, TestContext.Current.CancellationToken)).Rows);
        Assert.Equal(("discard", 3, ActionOutcome.Done, "INC4711"), (action.Kind, action.Done, action.Outcome, action.Reason));
    }

    [Fact(Timeout = 180_000)]
    public async Task Allow_OfSomeOnly_LeavesTheOtherButtonsOut()
    {
        await using var console = await LettersConsole.StartAsync(ConsoleRights.Pause | ConsoleRights.Redrive);
        await console.Letters.DieAsync(1);
        await using var context = await browser.NewContextAsync();
        await using var tab = await Tab.OpenAsync(context, console.Server.NewSignInAddress(), ownsContext: false);
        await tab.GoAsync(new Uri(console.Server.Address, "/dead-letters"));
        await Expect(tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Redrive" })).ToBeEnabledAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Discard" })).ToHaveCountAsync(0);
        await tab.GoAsync(console.Server.Address);
        await Expect(tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Pause all sites" })).ToBeEnabledAsync();
    }

    [Fact(Timeout = 180_000)]
    public async Task Acceptance15_BodyAndDescriptionThatMeanHarm_AreSeenAsText()
    {
        await using var console = await LettersConsole.StartAsync();
        await console.Letters.DieAsync(1, $"<img src=x> \0\0\0 \u202E {new string('y', 20_000)}", $"<script>{new string('z', 3000)}");
        await using var context = await browser.NewContextAsync();
        await using var tab = await Tab.OpenAsync(context, console.Server.NewSignInAddress(), ownsContext: false);
        await tab.GoAsync(new Uri(console.Server.Address, "/dead-letters"));
        await tab.Page.Locator("tr[data-row=list] a").First.ClickAsync();

        await Expect(tab.Page.Locator("pre")).ToContainTextAsync("<img src=x> \\u0000\\u0000\\u0000 \\u202E yyy");
        await Expect(tab.Page.Locator("dl.facts")).ToContainTextAsync("<script>zzz");
        await Expect(tab.Page.Locator("img")).ToHaveCountAsync(0);
        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Show more" }).ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Show more" })).ToHaveCountAsync(0);
        Assert.Empty(tab.Faults);
    }

    private static async Task UntilActionAsync(LettersConsole console, Func<OperatorAction, bool> condition)
    {
        while ((await console.Ledger.ListActionsAsync(null, 1, TestContext.Current.CancellationToken)).Rows is not [var action] || !condition(action))
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
    }
}
