using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ccr.Console.Tests.Acceptance;

/// <summary>For who cannot see the page well, and for who has no mouse.</summary>
public sealed class Acceptance21Tests(Browser browser)
{
    private static readonly string[] Routes =
    [
        "/", "/machines", "/machines/CORP/PC007", "/results", "/requests/request-008?machine=CORP%5CPC008", "/sites", "/sites/hq", "/verifications",
        "/dead-letters", "/actions", "/about",
    ];

    [Theory(Timeout = 180_000)]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Acceptance21_Axe_FindsNothingSeriousOnAnyRoute(ColorScheme scheme)
    {
        await using var console = await RunningConsole.StartAsync(ledger: await Night.LedgerAsync(), settings: Night.Settings());
        await using var tab = await Tab.OpenAsync(browser, console, configure: options => options.ColorScheme = scheme);
        var found = new List<string>();
        foreach (var route in Routes)
        {
            await tab.GoAsync(new Uri(console.Address, route));
            await Expect(tab.Page.Locator(".skeleton")).ToHaveCountAsync(0);
            found.AddRange((await Axe.FindAsync(tab.Page)).Select(finding => $"{route} {finding}"));
        }

        Assert.Empty(found);
    }

    [Fact(Timeout = 180_000)]
    public async Task Acceptance21_Pause_IsDoneByKeyboardAlone()
    {
        await using var console = await RunningConsole.StartAsync();
        await using var tab = await Tab.OpenAsync(browser, console);
        var button = tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Pause all sites", Exact = true });
        await button.FocusAsync();
        await tab.Page.Keyboard.PressAsync("Enter");
        await Expect(tab.Page.Locator("#until")).ToBeFocusedAsync();
        await tab.Page.Keyboard.PressAsync("Escape");
        await Expect(tab.Page.Locator(".mud-dialog")).ToHaveCountAsync(0);
        await Expect(button).ToBeFocusedAsync();

        await tab.Page.Keyboard.PressAsync("Enter");
        await Expect(tab.Page.Locator("#until")).ToBeFocusedAsync();
        await tab.Page.Keyboard.TypeAsync("in 4");
        await Expect(tab.Page.Locator("#until")).ToHaveValueAsync("4");
        await tab.Page.Keyboard.PressAsync("Tab");
        await Expect(tab.Page.Locator("#reason")).ToBeFocusedAsync();
        await tab.Page.Keyboard.TypeAsync("INC4711");
        await Expect(tab.Page.Locator("#confirm")).ToBeEnabledAsync();
        await tab.Page.Keyboard.PressAsync("Tab");
        await tab.Page.Keyboard.PressAsync("Tab");
        await Expect(tab.Page.Locator("#confirm")).ToBeFocusedAsync();
        await tab.Page.Keyboard.PressAsync("Enter");

        await Expect(tab.Page.Locator("#strip")).ToContainTextAsync("PAUSED");
    }

    [Fact(Timeout = 180_000)]
    public async Task Acceptance21_ZoomOfTwoHundredPercent_NeedsNoSidewaysScroll()
    {
        await using var console = await RunningConsole.StartAsync(ledger: await Night.LedgerAsync(), settings: Night.Settings());

        // Zoom makes a page of half the size of the window.
        await using var tab = await Tab.OpenAsync(
            browser, console, configure: options => options.ViewportSize = new ViewportSize { Width = 683, Height = 384 });
        var wide = new List<string>();
        foreach (var route in Routes)
        {
            await tab.GoAsync(new Uri(console.Address, route));
            await Expect(tab.Page.Locator(".skeleton")).ToHaveCountAsync(0);
            var width = await tab.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth");
            if (width > 683) wide.Add($"{route}: {width}");
        }

        Assert.Empty(wide);
    }

    [Fact(Timeout = 180_000)]
    public async Task Acceptance21_BrakeAndQuarantine_AreReleasedByKeyboardAlone()
    {
        var ledger = await Night.LedgerAsync();
        var brake = await ledger.ReadSwitchAsync(SwitchRecord.BrakeKey("hq"), TestContext.Current.CancellationToken);
        await ledger.TryWriteSwitchAsync(
            brake, new SwitchRecord(brake.Key, true, TimeProvider.System.GetUtcNow(), By: "storm brake"), TestContext.Current.CancellationToken);
        await using var console = await RunningConsole.StartAsync(ledger: ledger);
        await using var tab = await Tab.OpenAsync(browser, console);
        await ReachAsync(tab.Page, "Release the brake of hq");
        await tab.Page.Keyboard.PressAsync("Enter");
        await TypeAsync(tab.Page, "#typed", "hq");
        await TypeAsync(tab.Page, "#reason", "it was a drill");
        await ConfirmAsync(tab.Page);
        await Expect(tab.Page.Locator("#strip")).Not.ToContainTextAsync("BRAKE");

        await tab.GoAsync(new Uri(console.Address, "/machines?state=Quarantined"));
        await Expect(tab.Page.Locator("tr[data-row=list]")).ToHaveCountAsync(1);
        await ReachAsync(tab.Page, @"Choose CORP\PC007");
        await tab.Page.Keyboard.PressAsync("Space");
        await Expect(tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Release the chosen (1)" })).ToBeEnabledAsync();
        await ReachAsync(tab.Page, "Release the chosen (1)", "Shift+Tab");
        await tab.Page.Keyboard.PressAsync("Enter");
        await TypeAsync(tab.Page, "#reason", "INC4711");
        await ConfirmAsync(tab.Page);
        await Expect(tab.Page.Locator("tr[data-row=list]")).ToHaveCountAsync(0);
    }

    [Fact(Timeout = 180_000)]
    public async Task Acceptance21_RedriveAndDiscard_AreDoneByKeyboardAlone()
    {
        await using var console = await LettersConsole.StartAsync();
        await console.Letters.DieAsync(1);
        await console.Letters.DieAsync(1, reason: "CCR1007");
        await using var context = await browser.NewContextAsync();
        await using var tab = await Tab.OpenAsync(context, console.Server.NewSignInAddress(), ownsContext: false);
        foreach (var (reason, button) in new[] { ("CCR1003", "Redrive"), ("CCR1007", "Discard") })
        {
            await tab.GoAsync(new Uri(console.Server.Address, $"/dead-letters?reason={reason}"));
            await Expect(tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = button })).ToBeEnabledAsync();
            await ReachAsync(tab.Page, button);
            await tab.Page.Keyboard.PressAsync("Enter");
            if (button == "Discard") await TypeAsync(tab.Page, "#typed", "discard");
            await TypeAsync(tab.Page, "#reason", "INC4711");
            await ConfirmAsync(tab.Page);
            await Expect(tab.Page.Locator(".mud-dialog")).ToHaveCountAsync(0);
        }

        Assert.Equal((0, 1), await console.Letters.CountAsync());
    }

    [Fact(Timeout = 180_000)]
    public async Task Acceptance21_Letters_GoToPages()
    {
        await using var console = await RunningConsole.StartAsync(ledger: await Night.LedgerAsync());
        await using var tab = await Tab.OpenAsync(browser, console, "/about");
        await tab.Page.Keyboard.PressAsync("g");
        await tab.Page.Keyboard.PressAsync("r");
        await tab.UntilAtAsync("/results");
        await Expect(tab.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Results" })).ToBeFocusedAsync();
        await Expect(tab.Page.Locator("tr[data-row=list]").First).ToBeVisibleAsync();
        await tab.Page.Keyboard.PressAsync("f");
        await Expect(tab.Page.Locator("#freeze")).ToHaveAttributeAsync("aria-pressed", "true");
        await tab.Page.Keyboard.PressAsync("/");
        await tab.Page.Keyboard.TypeAsync("PC007");
        await tab.Page.Keyboard.PressAsync("Enter");

        await tab.UntilAtAsync("/machines/CORP/PC007");
    }

    /// <summary>Goes from element to element until the one of this name has the focus.</summary>
    private static async Task ReachAsync(IPage page, string name, string key = "Tab")
    {
        for (var i = 0; i < 100; i++)
        {
            await page.Keyboard.PressAsync(key);
            var now = await page.EvaluateAsync<string>("() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? ''");
            if (now.Trim() == name) return;
        }

        Assert.Fail($"{name} is not reached by {key}.");
    }

    /// <summary>Goes to a field of the open dialog, and types into it.</summary>
    private static async Task TypeAsync(IPage page, string field, string text)
    {
        await Expect(page.Locator(".mud-dialog-container:focus-within, .mud-dialog:focus-within").First).ToBeVisibleAsync();
        for (var i = 0; i < 20; i++)
        {
            if (await page.EvaluateAsync<bool>("field => document.activeElement?.matches(field) ?? false", field)) break;
            await page.Keyboard.PressAsync("Tab");
        }

        await Expect(page.Locator(field)).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync(text);
        await Expect(page.Locator(field)).ToHaveValueAsync(text);
    }

    private static async Task ConfirmAsync(IPage page)
    {
        await Expect(page.Locator("#confirm")).ToBeEnabledAsync();
        await ReachAsync(page, await page.Locator("#confirm").InnerTextAsync());
        await page.Keyboard.PressAsync("Enter");
    }
}
