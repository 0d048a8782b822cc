using System.Globalization;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ccr.Console.Tests.Acceptance;

/// <summary>
/// What takes minutes, and says figures: <c>dotnet run --project tests/Ccr.Console.Tests -- -explicit only -showLiveOutput</c>. The figures of one run are
/// in tests/results. CCR_TEST_MINUTES says how long the results flow: ten minutes by default.
/// </summary>
public sealed class AcceptanceLargeTests(Browser browser, ITestOutputHelper output)
{
    private const int Machines = 100_000;
    private const int ResultsOfEach = 10;
    private const int Together = 500;
    private const int ResultsPerSecond = 200;

    private static readonly TimeSpan Flood = TimeSpan.FromMinutes(
        double.Parse(Environment.GetEnvironmentVariable("CCR_TEST_MINUTES") ?? "10", CultureInfo.InvariantCulture));

    [Fact(Explicit = true, Timeout = 3_600_000)]
    public async Task Acceptance11_OneOfAHundredThousandDeadLetters_IsSentAgainOrRefusedWithinFiveSeconds()
    {
        await using var console = await LettersConsole.StartAsync();
        await console.Letters.DieAsync(100_000);
        var (dead, _) = await console.Letters.ReadAsync();
        await using var context = await browser.NewContextAsync();
        await using var tab = await Tab.OpenAsync(context, console.Server.NewSignInAddress(), ownsContext: false);

        var first = await RedriveAsync(dead[0].SequenceNumber, "1 were sent again.");
        var last = await RedriveAsync(dead[^1].SequenceNumber, "5000 others or more stand before it");

        output.WriteLine($"the first of 100,000 was sent again after {first:0.0} s; the last was refused after {last:0.0} s");
        Assert.Equal((dead.Count - 1, 1), await console.Letters.CountAsync());
        Assert.InRange(Math.Max(first, last), 0, 5);

        async Task<double> RedriveAsync(long number, string says)
        {
            await tab.GoAsync(new Uri(console.Server.Address, $"/dead-letters?entity=ccr-requests&number={number}"));
            await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Redrive" }).ClickAsync();
            await tab.Page.Locator("#reason").FillAsync("INC4711");
            var since = TimeProvider.System.GetTimestamp();
            await tab.Page.Locator("#confirm").ClickAsync();
            await Expect(tab.Page.Locator(".mud-dialog [role=alert], .mud-snackbar").First).ToContainTextAsync(says);
            return TimeProvider.System.GetElapsedTime(since).TotalSeconds;
        }
    }

    [Fact(Explicit = true, Timeout = 7_200_000)]
    public async Task Acceptance25_AMillionResultsAndAFlood_KeepPagesQuickAndMemoryFlat()
    {
        await using var disk = new DiskLedger();
        var now = TimeProvider.System.GetUtcNow();
        for (var i = 0; i < Machines; i += Together) await Task.WhenAll(Enumerable.Range(i, Together).Select(machine => FillAsync(disk.Ledger, machine, now)));
        output.WriteLine($"{Machines:N0} machines, {Machines * ResultsOfEach:N0} results, {new FileInfo(disk.File).Length / 1_000_000} MB");
        output.WriteLine(await TimesOfPagesAsync(disk.Ledger, now));

        var start = TimeProvider.System.GetTimestamp();
        await using var process = new CcrProcess("console", "--data", disk.Folder, "--no-browser", "--json");
        var address = new Uri((await process.NextAsync("console")).GetProperty("url").GetString()!);
        output.WriteLine($"start to address {TimeProvider.System.GetElapsedTime(start).TotalSeconds:0.0} s");
        await using var context = await browser.NewContextAsync();
        await using var tab = await Tab.OpenAsync(context, address, ownsContext: false);
        foreach (var path in new[] { "/machines", "/machines?q=PC0000", "/results", "/results?site=hq&range=7d", "/" })
        {
            var since = TimeProvider.System.GetTimestamp();
            await tab.GoAsync(new Uri(address, path));
            await Expect(tab.Page.Locator(path == "/" ? ".sites tr[data-row]" : "tr[data-row=list]").First).ToBeVisibleAsync();
            var seconds = TimeProvider.System.GetElapsedTime(since).TotalSeconds;
            var nodes = await tab.Page.EvaluateAsync<int>("() => document.querySelectorAll('*').length");
            output.WriteLine($"{path}: rows after {seconds:0.00} s, {nodes} nodes");
            Assert.InRange(nodes, 1, 3000);
        }

        await Expect(tab.Page.Locator(".tile").First).Not.ToContainTextAsync("?", new LocatorAssertionsToContainTextOptions { Timeout = 300_000 });
        output.WriteLine($"console {process.Megabytes} MB once all machines are counted");
        await FloodAsync(disk.Ledger, tab, process, address);
    }

    private async Task FloodAsync(IOperatorLedger ledger, Tab tab, CcrProcess process, Uri address)
    {
        await tab.GoAsync(new Uri(address, "/results"));
        var session = await tab.Context.NewCDPSessionAsync(tab.Page);
        var since = TimeProvider.System.GetTimestamp();
        var heaps = new List<double>();
        for (var sent = 0; TimeProvider.System.GetElapsedTime(since) < Flood;)
        {
            var due = (int)(TimeProvider.System.GetElapsedTime(since).TotalSeconds * ResultsPerSecond);
            await Task.WhenAll(Enumerable.Range(sent, Math.Max(0, due - sent)).Select(i =>
                ledger.WriteAsync(Some.Result($"flood-{i:000000}", TimeProvider.System.GetUtcNow(), machine: $"FLOOD{i:000000}"))));
            sent = Math.Max(sent, due);
            if (TimeProvider.System.GetElapsedTime(since) > Flood / 10 * heaps.Count)
            {
                await session.SendAsync("HeapProfiler.collectGarbage");
                heaps.Add(await tab.Page.EvaluateAsync<double>("() => performance.memory.usedJSHeapSize / 1e6"));
                var nodes = await tab.Page.EvaluateAsync<int>("() => document.querySelectorAll('*').length");
                output.WriteLine($"{sent} results: browser's heap {heaps[^1]:0.0} MB, {nodes} nodes, console {process.Megabytes} MB");
                Assert.InRange(nodes, 1, 3000);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.InRange(heaps[^1], 0, heaps[heaps.Count / 4] * 1.2);
    }

    /// <summary>A machine whose ten results are spread over a month.</summary>
    private static async Task FillAsync(IOperatorLedger ledger, int machine, DateTimeOffset now)
    {
        var (name, site) = ($"PC{machine:000000}", machine % 3 == 0 ? "hq" : "muc");
        for (var i = 0; i < ResultsOfEach; i++)
        {
            var time = now.AddDays(-30.0 * ((machine * 7919 % Machines) + (i * Machines)) / (Machines * ResultsOfEach));
            var outcome = (machine + i) % 9 == 0 ? Outcome.Failed : Outcome.Accepted;
            await ledger.WriteAsync(
                Some.Result($"request-{machine:000000}-{i}", time, outcome, name, site: site), i == 0 ? new MachineRecord($@"CORP\{name}") { Pushes = [time] } : null);
        }
    }

    /// <summary>How long the store takes for pages anywhere in the list.</summary>
    private static async Task<string> TimesOfPagesAsync(IOperatorLedger ledger, DateTimeOffset now)
    {
        var times = new List<double>();
        for (var day = 0; day < 30; day++)
        {
            var since = TimeProvider.System.GetTimestamp();
            var filter = new ResultFilter { From = now.AddDays(-31), To = now.AddDays(-day) };
            Assert.Equal(50, (await ledger.ListResultsAsync(filter, null, 50, TestContext.Current.CancellationToken)).Rows.Count);
            times.Add(TimeProvider.System.GetElapsedTime(since).TotalMilliseconds);
        }

        times.Sort();
        return $"a page of 50 results anywhere: median {times[15]:0.0} ms, at most {times[^1]:0.0} ms";
    }
}
