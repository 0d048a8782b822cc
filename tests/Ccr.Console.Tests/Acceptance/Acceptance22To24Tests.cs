using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ccr.Console.Tests.Acceptance;

/// <summary>Zones, empty states, secrets.</summary>
public sealed class Acceptance22To24Tests(Browser browser)
{
    [Fact(Timeout = 180_000)]
    public async Task Acceptance22_Zones_AgreeInTableAxisAndExport()
    {
        var ledger = new FaultyLedger(new InMemoryLedgerStore());
        var now = TimeProvider.System.GetUtcNow();
        await ledger.WriteAsync(Some.Result("request-1", now.AddMinutes(-3)), new MachineRecord(@"CORP\PC01"));
        await using var console = await RunningConsole.StartAsync(ledger: ledger);
        await using var tab = await Tab.OpenAsync(browser, console, "/results", options => options.TimezoneId = "Asia/Kolkata");
        var cell = tab.Page.Locator("tr[data-row=list] ccr-time").First;
        await Expect(cell).ToBeVisibleAsync();
        var kolkata = now.AddMinutes(-3).ToOffset(new TimeSpan(5, 30, 0));

        Assert.EndsWith(kolkata.ToString("HH:mm:ss", CultureInfo.InvariantCulture), await ShownAsync(cell), StringComparison.Ordinal);
        Assert.StartsWith(
            now.AddMinutes(-3).UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC",
            await cell.GetAttributeAsync("title"), StringComparison.Ordinal);
        await tab.GoAsync(console.Address);
        var last = tab.Page.Locator(".storm .axis ccr-time").Last;
        var (at, shown) = await TickAsync(last);
        Assert.Equal(at.ToOffset(new TimeSpan(5, 30, 0)).ToString("HH:mm", CultureInfo.InvariantCulture), shown);

        // One switch for all tables and axes.
        await tab.Page.Locator("#times").ClickAsync();
        (at, shown) = await TickAsync(last);
        Assert.Equal(at.UtcDateTime.ToString("HH:mm", CultureInfo.InvariantCulture), shown);
        using var client = await console.SignInAsync();
        var csv = await client.GetStringAsync(new Uri("/export/results.csv", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Contains(now.AddMinutes(-3).UtcDateTime.ToString("O"), csv, StringComparison.Ordinal);
    }

    [Fact(Timeout = 180_000)]
    public async Task Acceptance23_EmptyFilteredAndFailed_AreThreeTexts()
    {
        await using var console = await RunningConsole.StartAsync();
        await using var tab = await Tab.OpenAsync(browser, console, "/machines");
        await Expect(tab.Page.Locator("main")).ToContainTextAsync("No machine yet. The ledger is new.");

        await console.Ledger.WriteAsync(new MachineRecord(@"CORP\PC01"));
        await tab.GoAsync(new Uri(console.Address, "/machines?q=NOBODY"));
        await Expect(tab.Page.Locator("main")).ToContainTextAsync("0 match. The filter hides everything. Clear the filter");

        console.Ledger.IsDown = true;
        await tab.GoAsync(new Uri(console.Address, "/machines"));
        await Expect(tab.Page.Locator("main")).ToContainTextAsync("the machines could not be read");
    }

    [Fact(Timeout = 180_000)]
    public async Task Acceptance24_PlantedSecrets_AreInNoAnswerAndNoFrame()
    {
        const string Secret = "c2VjcmV0IHRoYXQgd2FzIHBsYW50ZWQ=";
        var settings = Night.Settings();
        settings.Sites["hq"].SigningKeys.Add(Secret);
        var point = new Ccr.Core.Sites.ManagementPointOptions { Address = $"http://user:{Secret}@mp01/", Password = Secret };
        settings.Sites["muc"].ManagementPoints.Add(point);
        await using var console = await RunningConsole.StartAsync(ledger: await Night.LedgerAsync(), settings: settings);
        await using var tab = await Tab.OpenAsync(browser, console);
        var frames = new ConcurrentQueue<string>();
        tab.Page.WebSocket += (_, socket) => socket.FrameReceived += (_, frame) => frames.Enqueue(System.Text.Encoding.Latin1.GetString(frame.Binary ?? []));
        var cookie = (await tab.Context.CookiesAsync()).Single(each => each.Name.StartsWith("ccr-console-1", StringComparison.Ordinal)
            || each.Name.StartsWith($"ccr-console-{console.Port}", StringComparison.Ordinal)).Value;
        foreach (var path in new[] { "/", "/sites", "/sites/hq", "/sites/muc", "/about", "/actions", "/results", "/machines/CORP/PC003", "/export/results.jsonl" })
        {
            if (!path.StartsWith("/export", StringComparison.Ordinal)) await tab.GoAsync(new Uri(console.Address, path));
            using var client = await console.SignInAsync();
            var body = await client.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.DoesNotContain(Secret, body, StringComparison.Ordinal);
            Assert.DoesNotContain(cookie, body, StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, await tab.Page.ContentAsync(), StringComparison.Ordinal);
        }

        Assert.NotEmpty(frames);
        Assert.DoesNotContain(frames, frame => frame.Contains(Secret, StringComparison.Ordinal) || frame.Contains(cookie, StringComparison.Ordinal));
    }

    /// <summary>A tick of an axis, and what the browser shows for it: both at once, since the axis moves with each minute.</summary>
    private static async Task<(DateTimeOffset At, string Shown)> TickAsync(ILocator time)
    {
        var both = await time.EvaluateAsync<string[]>("time => [time.getAttribute('at'), time.shadowRoot.textContent]");
        return (DateTimeOffset.Parse(both[0], CultureInfo.InvariantCulture), both[1]);
    }

    private static Task<string> ShownAsync(ILocator time) => time.EvaluateAsync<string>("time => time.shadowRoot.textContent");
}
