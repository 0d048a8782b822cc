using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ccr.Console.Tests.Acceptance;

/// <summary>For who cannot see the page well, and for who has no mouse. The pictures of the documentation are made here, too.</summary>
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
            if (Environment.GetEnvironmentVariable("CCR_ACCEPT_SNAPSHOTS") == "1") await TakePictureAsync(tab.Page, route, scheme);
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
        await Expect(tab.Page.Locator(".mud-dialog-container:focus-within, .mud-dialog:focus-within").First).ToBeVisibleAsync();
        await tab.Page.Keyboard.PressAsync("Escape");
        await Expect(tab.Page.Locator(".mud-dialog")).ToHaveCountAsync(0);
        await Expect(button).ToBeFocusedAsync();

        await tab.Page.Keyboard.PressAsync("Enter");
        await tab.Page.Locator("#until").FocusAsync();
        await tab.Page.Keyboard.TypeAsync("in 4");
        await tab.Page.Keyboard.PressAsync("Tab");
        await tab.Page.Keyboard.TypeAsync("INC4711");
        await Expect(tab.Page.Locator("#confirm")).ToBeEnabledAsync();
        await tab.Page.Keyboard.PressAsync("Tab");
        await tab.Page.Keyboard.PressAsync("Tab");
        await Expect(tab.Page.Locator("#confirm")).ToBeFocusedAsync();
        await tab.Page.Keyboard.PressAsync("Enter");

        await Expect(tab.Page.Locator("#strip")).ToContainTextAsync("PAUSED");
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

    private static async Task TakePictureAsync(IPage page, string route, ColorScheme scheme)
    {
        var name = (route, scheme) switch
        {
            ("/", ColorScheme.Light) => "now",
            ("/", ColorScheme.Dark) => "now-dark",
            ("/results", ColorScheme.Light) => "results",
            ("/machines/CORP/PC007", ColorScheme.Light) => "machine",
            ("/sites/hq", ColorScheme.Light) => "site",
            _ => null,
        };
        if (name is null) return;
        await page.ScreenshotAsync(new PageScreenshotOptions
        {
            Path = Path.Combine(CcrProcess.Root, "src", "Ccr.Console", "pictures", $"{name}.png"),
            Clip = new Clip { Width = 1366, Height = 620 },
        });
    }
}
