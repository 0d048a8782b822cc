using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ccr.Console.Tests.Acceptance;

/// <summary>The first screen: ten answers without a scroll or a click, in both themes. The pictures of the documentation are made here.</summary>
public sealed class Acceptance06Tests(Browser browser)
{
    /// <summary>The ten questions of the specification, each with where its answer stands and what it must say.</summary>
    private static readonly (string Question, string Place, string Says)[] Questions =
    [
        ("1 is it held, by whom, until when", "#strip .item >> nth=0", "PAUSED muc by a.meier"),
        ("2 is what I see true", "#strip .sources", "ccrledger of test"),
        ("3 is anything lost or uncertain", ".tiles", "Indeterminate, 24 h"),
        ("4 is it a storm, and from where", ".storm h2", "most from scom"),
        ("5 which site is ill", ".sites", "failing"),
        ("6 do machines come back", ".sites", "not asked"),
        ("7 does the agent live", ".sites", "agent-1 heard"),
        ("8 what waits for a person", ".foryou", "Quarantined machines"),
        ("9 what did people do", ".did", "INC4711"),
        ("10 what about this machine", "#search", ""),
    ];

    [Theory(Timeout = 180_000)]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Acceptance06_TenAnswers_AreInTheFirstViewport(ColorScheme scheme)
    {
        await using var console = await RunningConsole.StartAsync(ledger: await Night.LedgerAsync(), settings: Night.Settings());
        await using var tab = await Tab.OpenAsync(browser, console, configure: options => options.ColorScheme = scheme);
        await Expect(tab.Page.Locator(".sites")).ToContainTextAsync("back 2");

        foreach (var (question, place, says) in Questions)
        {
            var answer = tab.Page.Locator(place);
            await Expect(answer).ToContainTextAsync(says);
            var box = await answer.BoundingBoxAsync();
            Assert.True(box is { Y: >= 0 } && box.Y + box.Height <= 768 && box.X + box.Width <= 1366, $"{question}: {box?.Y} {box?.Height}");
        }

        await Expect(tab.Page.Locator("#search")).ToBeFocusedAsync();
        await Expect(tab.Page.Locator("html")).ToHaveAttributeAsync("data-theme", scheme == ColorScheme.Dark ? "dark" : "light");
        Assert.Empty(tab.Faults);

        // A figure to be read, not a limit: it depends on the machine.
        await tab.Page.ReloadAsync();
        var entry = await tab.Page.WaitForFunctionAsync("() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime");
        var paint = await entry.JsonValueAsync<double>();
        TestContext.Current.TestOutputHelper?.WriteLine($"first contentful paint, warm: {paint:0} ms");
    }
}
