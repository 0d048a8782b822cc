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
    public async Task Acceptance22_HourThatTheClockChangeRepeats_IsToldApartEverywhere()
    {
        // On this night the clocks of Berlin go from 03:00 summer time back to 02:00: at 01:00 UTC.
        var now = new DateTimeOffset(2026, 10, 25, 1, 20, 0, TimeSpan.Zero);
        var (before, after) = (now.AddMinutes(-50), now.AddMinutes(-10));
        var ledger = new FaultyLedger(new InMemoryLedgerStore());
        await ledger.WriteAsync(Some.Result("request-1", before, machine: "PC01"), new MachineRecord(@"CORP\PC01"));
        await ledger.WriteAsync(Some.Result("request-2", after, machine: "PC02"), new MachineRecord(@"CORP\PC02"));
        var settings = new CcrOptions();
        settings.Sites["muc"] = new Ccr.Core.Sites.SiteOptions();
        settings.Windows["muc"] = [new Ccr.Core.Decisions.Rules.WindowOptions { Opens = "30 2 * * *", TimeZone = "Europe/Berlin", Lasts = TimeSpan.FromMinutes(5) }];
        await using var console = await RunningConsole.StartAsync(ledger: ledger, settings: settings, time: new StoppedClock(now, goesOn: true));
        foreach (var (zone, first, last, tick) in new[]
        {
            ("Europe/Berlin", "02:30:00 UTC+2", "02:10:00", "02:"), ("Asia/Kolkata", "06:00:00", "06:40:00", "06:"),
        })
        {
            await using var context = await browser.NewContextAsync(options => options.TimezoneId = zone);
            await context.Clock.InstallAsync(new ClockInstallOptions { TimeDate = now.UtcDateTime });
            await using var tab = await Tab.OpenAsync(context, console.Server.NewSignInAddress(), ownsContext: false);
            await tab.GoAsync(new Uri(console.Address, "/results?range=1h"));
            var cells = tab.Page.Locator("tr[data-row=list] ccr-time");
            await Expect(cells).ToHaveCountAsync(2);
            Assert.Equal((last, first), (await ShownAsync(cells.First), await ShownAsync(cells.Last)));
            await Expect(tab.Page.Locator("tr[data-row=list] ccr-time[title^='2026-10-25 00:30:00 UTC']")).ToHaveCountAsync(1);
            await tab.GoAsync(console.Address);
            var (at, shown) = await TickAsync(tab.Page.Locator(".storm .axis ccr-time").Last);
            Assert.StartsWith(tick, shown, StringComparison.Ordinal);
            Assert.Equal(TimeZoneInfo.ConvertTime(at, TimeZoneInfo.FindSystemTimeZoneById(zone)).ToString("HH:mm", CultureInfo.InvariantCulture), shown);
            await tab.GoAsync(new Uri(console.Address, "/sites/muc"));
            await Expect(tab.Page.Locator("main")).ToContainTextAsync("02:30 there");
        }

        using var client = await console.SignInAsync();
        var csv = await client.GetStringAsync(new Uri("/export/results.csv", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Contains("2026-10-25T00:30:00.0000000Z", csv, StringComparison.Ordinal);
        Assert.Contains("2026-10-25T01:10:00.0000000Z", csv, StringComparison.Ordinal);
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

    [Fact(Timeout = 180_000)]
    public async Task Acceptance24_PlantedSecrets_AreInNothingThatTheCommandPrints()
    {
        const string Secret = "c2VjcmV0IHRoYXQgd2FzIHBsYW50ZWQgaGVyZSEhISE=";
        await using var disk = new DiskLedger();
        await Night.FillAsync(disk.Ledger, TimeProvider.System.GetUtcNow());
        var config = Path.Combine(disk.Folder, "ccr.json");
        await File.WriteAllTextAsync(
            config, $$"""
            {"Ccr":{"DefaultDomain":"CORP","Sites":{"hq":{"Transport":"Agent","SigningKeys":["{{Secret}}"],"ManagementPoints":[{"Address":"http://mp01"}]} } } }
            """, TestContext.Current.CancellationToken);
        var connection = $"Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=root;SharedAccessKey={Secret};UseDevelopmentEmulator=true";
        await using var process = new CcrProcess(
            hearsErrors: true, "console", "--data", disk.Folder, "--config", config, "--connection", connection, "--no-browser", "--json");
        var address = new Uri((await process.NextAsync("console")).GetProperty("url").GetString()!);
        await using var context = await browser.NewContextAsync();
        await using var tab = await Tab.OpenAsync(context, address, ownsContext: false);
        await Expect(tab.Page.Locator("#strip")).ToContainTextAsync("BROKER has not answered");
        foreach (var path in new[] { "/about", "/sites/hq", "/dead-letters", "/nothing" })
        {
            await tab.Page.GotoAsync(new Uri(address, path).ToString());
            Assert.DoesNotContain(Secret, await tab.Page.ContentAsync(), StringComparison.Ordinal);
        }

        var printed = await process.EndAsync();
        Assert.Contains("console", printed, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, printed, StringComparison.Ordinal);
    }

    private static Task<string> ShownAsync(ILocator time) => time.EvaluateAsync<string>("time => time.shadowRoot.textContent");
}
