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
        await console.DieAsync(300);
        await using var context = await browser.NewContextAsync();
        await using var tab = await Tab.OpenAsync(context, console.Server.NewSignInAddress(), ownsContext: false);
        await tab.GoAsync(new Uri(console.Server.Address, "/dead-letters"));
        await Expect(tab.Page.Locator("tr[data-row=list]")).ToContainTextAsync("300");
        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Redrive" }).ClickAsync();
        await tab.Page.Locator("#reason").FillAsync("INC4711");
        await Expect(tab.Page.Locator("#confirm")).ToBeDisabledAsync();
        await tab.Page.Locator("#typed").FillAsync("300");

        await console.DieAsync(50);
        await Expect(tab.Page.Locator("tr[data-row=list]")).ToContainTextAsync("350");
        await tab.Page.Locator("#confirm").ClickAsync();

        await Expect(tab.Page.Locator(".mud-dialog")).ToHaveCountAsync(0);
        Assert.Equal((50, 300), await console.CountAsync());
        var action = Assert.Single((await console.Ledger.ListActionsAsync(null, 10, TestContext.Current.CancellationToken)).Rows);
        Assert.Equal(("redrive", 300, 300, ActionOutcome.Done, "INC4711"), (action.Kind, action.Count, action.Done, action.Outcome, action.Reason));
    }

    [Fact(Timeout = 180_000)]
    public async Task Acceptance10_TabClosedHalfWay_LosesNoneAndSendsNoneTwice()
    {
        await using var console = await LettersConsole.StartAsync();
        await console.DieAsync(300);
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
        Assert.Equal((0, 300), await console.CountAsync());
    }

    [Fact(Timeout = 180_000)]
    public async Task Acceptance15_BodyAndDescriptionThatMeanHarm_AreSeenAsText()
    {
        await using var console = await LettersConsole.StartAsync();
        await console.DieAsync(1, $"<img src=x> \0\0\0 \u202E {new string('y', 20_000)}", $"<script>{new string('z', 3000)}");
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
