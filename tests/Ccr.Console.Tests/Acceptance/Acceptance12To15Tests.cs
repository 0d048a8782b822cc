using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ccr.Console.Tests.Acceptance;

/// <summary>Lists: filters, live rows, addresses, and text that means harm.</summary>
public sealed class Acceptance12To15Tests(Browser browser)
{
    private const string Harmful = "<img src=x onerror=document.title='owned'>";

    [Fact(Timeout = 180_000)]
    public async Task Acceptance12_FilterByOutcome_LetsNoLiveRowOfAnotherIn()
    {
        await using var console = await RunningConsole.StartAsync();
        await using var tab = await Tab.OpenAsync(browser, console, "/results?outcome=Failed");
        await tab.Page.EvaluateAsync(
            """
            () => {
              window.strangers = [];
              const look = () => document.querySelectorAll('tr[data-row=list] td:nth-child(3)').forEach(cell => {
                if (!cell.textContent.includes('Failed')) window.strangers.push(cell.textContent);
              });
              new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
            }
            """);
        for (var i = 0; i < 90; i++)
            console.Topic.Publish(Some.Result($"request-{i}", console.Time.GetUtcNow(), i % 3 == 0 ? Outcome.Failed : Outcome.Accepted, $"PC{i:00}"));

        await Expect(tab.Page.Locator("tr[data-row=list]")).ToHaveCountAsync(30);
        Assert.Empty(await tab.Page.EvaluateAsync<string[]>("window.strangers"));
    }

    [Fact(Timeout = 180_000)]
    public async Task Acceptance13_ListLoadedDuringAFlood_HasNoGapAndNoDuplicate()
    {
        await using var console = await RunningConsole.StartAsync();
        using var flood = new CancellationTokenSource();
        var published = 0;
        var publishing = Task.Run(
            async () =>
            {
                // Both ways at once, as it is in life: recorded, then published.
                while (!flood.IsCancellationRequested)
                {
                    var result = Some.Result($"request-{published:00000}", console.Time.GetUtcNow(), machine: $"PC{published:00000}");
                    await console.Ledger.WriteAsync(result, new MachineRecord($@"CORP\PC{published:00000}"));
                    console.Topic.Publish(result);
                    published++;
                    await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
                }
            },
            TestContext.Current.CancellationToken);
        await using var tab = await Tab.OpenAsync(browser, console, "/results");
        for (var look = 0; look < 6; look++)
        {
            await tab.UntilAliveAsync();
            Check(await NumbersAsync(tab));
        }

        await flood.CancelAsync();
        await publishing;
        await Expect(tab.Page.Locator("tr[data-row=list]").First).ToContainTextAsync($"PC{published - 1:00000}");
        Check(await NumbersAsync(tab));

        static void Check(int[] numbers)
        {
            Assert.Equal(numbers.Distinct(), numbers);
            Assert.Equal(Enumerable.Range(0, numbers.Length).Select(i => numbers[0] - i), numbers);
        }
    }

    [Fact(Timeout = 180_000)]
    public async Task Acceptance14_CopiedAddress_ShowsTheSameRowsInAnotherBrowser()
    {
        await using var console = await RunningConsole.StartAsync(ledger: await Night.LedgerAsync());
        var filter = new ResultFilter { From = console.Time.GetUtcNow().AddHours(-1), Outcome = Outcome.Failed, Site = "rom" };
        var rows = (await console.Ledger.ListResultsAsync(filter, null, 50, TestContext.Current.CancellationToken)).Rows;
        var machines = rows.Select(row => $@"{row.Domain}\{row.Machine}").ToList();
        Assert.True(machines.Count > 20);
        await using var tab = await Tab.OpenAsync(browser, console, "/results");
        await tab.Page.GetByLabel("Outcome").SelectOptionAsync("Failed");
        await tab.Page.GetByLabel("Site", new PageGetByLabelOptions { Exact = true }).FillAsync("rom");
        await tab.Page.GetByLabel("Time").SelectOptionAsync("1h");
        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Show" }).ClickAsync();
        await tab.UntilAtAsync("/results?outcome=Failed&site=rom&range=1h");
        await Expect(tab.Page.Locator("tr[data-row=list] td:nth-child(2)")).ToHaveTextAsync(machines);

        await using var another = await Tab.OpenAsync(browser, console, new Uri(tab.Page.Url).PathAndQuery);

        await Expect(another.Page.Locator("tr[data-row=list] td:nth-child(2)")).ToHaveTextAsync(machines);
        await another.UntilAtAsync("/results?outcome=Failed&site=rom&range=1h");
    }

    [Fact(Timeout = 180_000)]
    public async Task Acceptance15_TextThatMeansHarm_IsSeenAsText()
    {
        var ledger = new FaultyLedger(new InMemoryLedgerStore());
        var now = TimeProvider.System.GetUtcNow();
        var hostile = Some.Result(
            "request-1", now, Outcome.Rejected, Harmful, Harmful, detail: $"\u202Eabc \0\0 {new string('x', 10_000)}", source: "=cmd|' /C calc'!A1");
        await ledger.WriteAsync(hostile);
        await using var console = await RunningConsole.StartAsync(ledger: ledger, who: Harmful);
        await new LedgerOperator(ledger, console.Time, Some.Who with { Name = Harmful }).PauseAsync("hq", null, $"{Harmful} \u202E", TestContext.Current.CancellationToken);
        await using var tab = await Tab.OpenAsync(browser, console);
        foreach (var path in new[]
        {
            "/", "/results", "/actions", "/machines?q=" + Uri.EscapeDataString(Harmful), $"/machines/{Uri.EscapeDataString(Harmful)}/{Uri.EscapeDataString(Harmful)}",
            $"/requests/request-1?machine={Uri.EscapeDataString($@"{Harmful}\{Harmful}")}", $"/sites/{Uri.EscapeDataString(Harmful)}",
        })
        {
            await tab.GoAsync(new Uri(console.Address, path));
            await Expect(tab.Page.Locator("img")).ToHaveCountAsync(0);
            Assert.DoesNotContain("owned", (await tab.Page.TitleAsync()).Split('<')[0], StringComparison.Ordinal);
            Assert.DoesNotContain("\u202E", await tab.Page.ContentAsync(), StringComparison.Ordinal);
        }

        await tab.GoAsync(new Uri(console.Address, "/results"));
        await Expect(tab.Page.Locator("tr[data-row=list]").First).ToContainTextAsync(Harmful);
        using var client = await console.SignInAsync();
        var csv = await client.GetStringAsync(new Uri("/export/results.csv", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Contains("\"'=cmd|", csv, StringComparison.Ordinal);
        Assert.DoesNotContain("\u202E", csv, StringComparison.Ordinal);
        Assert.Empty(tab.Faults);
    }

    [Fact(Timeout = 180_000)]
    public async Task Acceptance14_CopiedAddressOfAnyOtherList_ShowsItsFilter()
    {
        await using var console = await RunningConsole.StartAsync(ledger: await Night.LedgerAsync());
        foreach (var (path, place, says) in new[]
        {
            ("/machines?state=Quarantined&q=PC00", "tr[data-row=list]", @"CORP\PC007"), ("/verifications?state=Back", "tr[data-row=list]", "OLD00"),
            ("/actions?q=INC4711", "tr[data-row=list]", "pause on"), ("/sites?range=24h", "main", "last 24 h"),
        })
        {
            await using var tab = await Tab.OpenAsync(browser, console, path);
            await Expect(tab.Page.Locator(place).First).ToContainTextAsync(says);
            await tab.UntilAtAsync(path);
        }
    }

    [Fact(Timeout = 180_000)]
    public async Task Acceptance15_TextThatMeansHarm_IsTextInDialogsAndSnackbarsToo()
    {
        const string Key = $@"{Harmful}\{Harmful}";
        var ledger = new FaultyLedger(new InMemoryLedgerStore());
        await ledger.WriteAsync(new MachineRecord(Key) { Quarantine = new Quarantine(TimeProvider.System.GetUtcNow().AddHours(-5), "request-1") });
        var people = new LedgerOperator(ledger, TimeProvider.System, Some.Who with { Name = Harmful });
        await using var console = await RunningConsole.StartAsync(ledger: ledger);
        await using var tab = await Tab.OpenAsync(browser, console, $"/machines/{Uri.EscapeDataString(Harmful)}/{Uri.EscapeDataString(Harmful)}");
        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Release from quarantine" }).ClickAsync();
        await Expect(tab.Page.Locator(".mud-dialog")).ToContainTextAsync($"The last pushes of {Key}");
        await tab.Page.Locator("#reason").FillAsync("INC4711");
        await tab.Page.Locator("#confirm").ClickAsync();
        await Expect(tab.Page.Locator(".mud-snackbar")).ToContainTextAsync($"Released: {Key}");
        await tab.GoAsync(console.Address);
        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Pause all sites" }).ClickAsync();
        await tab.Page.Locator("#reason").FillAsync("INC4711");
        await tab.Page.Locator("#until").SelectOptionAsync("4");

        await people.PauseAsync(null, null, "before", TestContext.Current.CancellationToken);
        await tab.Page.Locator("#confirm").ClickAsync();

        await Expect(tab.Page.Locator(".mud-dialog [role=alert]")).ToContainTextAsync($"{Harmful} did this");
        await Expect(tab.Page.Locator("img")).ToHaveCountAsync(0);
        Assert.Empty(tab.Faults);
    }

    [Fact(Timeout = 180_000)]
    public async Task Release_OfChosenMachines_NotesEachAndLeavesTheOthers()
    {
        var ledger = new FaultyLedger(new InMemoryLedgerStore());
        for (var i = 0; i < 4; i++)
            await ledger.WriteAsync(new MachineRecord($@"CORP\PC{i:00}") { Quarantine = new Quarantine(TimeProvider.System.GetUtcNow().AddHours(-5), $"request-{i}") });
        await using var console = await RunningConsole.StartAsync(ledger: ledger);
        await using var tab = await Tab.OpenAsync(browser, console, "/machines?state=Quarantined");
        await tab.Page.GetByLabel(@"Choose CORP\PC01").CheckAsync();
        await tab.Page.GetByLabel(@"Choose CORP\PC03").CheckAsync();
        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Release the chosen (2)" }).ClickAsync();
        await tab.Page.Locator("#reason").FillAsync("INC4711");
        await tab.Page.Locator("#confirm").ClickAsync();

        await Expect(tab.Page.Locator("tr[data-row=list]")).ToHaveCountAsync(2);
        await Expect(tab.Page.Locator("tr[data-row=list]").Last).ToContainTextAsync("PC02");
        var actions = (await ledger.ListActionsAsync(null, 10, TestContext.Current.CancellationToken)).Rows;
        Assert.Equal([@"CORP\PC01", @"CORP\PC03"], actions.Select(action => action.Target).Order());
    }

    private static async Task<int[]> NumbersAsync(Tab tab) => await tab.Page.EvaluateAsync<int[]>(
        "() => [...document.querySelectorAll('tr[data-row=list] td:nth-child(2)')].map(cell => parseInt(cell.textContent.match(/PC(\\d+)/)[1], 10))");
}
