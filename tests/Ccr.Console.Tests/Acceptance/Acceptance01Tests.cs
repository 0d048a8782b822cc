using Microsoft.Playwright;

namespace Ccr.Console.Tests.Acceptance;

/// <summary>The page as <c>ccr local --console</c> starts it, in a process of its own.</summary>
public sealed class Acceptance01Tests(Browser browser)
{
    [Fact(Timeout = 180_000)]
    public async Task Acceptance01_LocalConsole_ShowsEveryResultAndAsksForNothingElsewhere()
    {
        var events = Path.Combine(CcrProcess.Root, "tests", "events");
        await using var counted = new CcrProcess("local", "--events", events, "--until-idle", "--json");
        var results = (await counted.NextAsync("summary")).GetProperty("results").GetInt32();
        Assert.True(results > 20);

        await using var local = new CcrProcess("local", "--console", "--events", events, "--json");
        var address = new Uri((await local.NextAsync("console")).GetProperty("url").GetString()!);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        while (ids.Count < results)
        {
            var result = await local.NextAsync("result");
            if (result.GetProperty("outcome").GetString() is not ("Deferred" or "Dispatched")) ids.Add(result.GetProperty("requestId").GetString()!);
        }

        await using var context = await browser.NewContextAsync();
        await using var tab = await Tab.OpenAsync(context, address, ownsContext: false);
        Assert.Equal("/", new Uri(tab.Page.Url).PathAndQuery);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        await tab.GoAsync(new Uri(address, "/results"));
        await Assertions.Expect(tab.Page.Locator("tr[data-row=list]").First).ToBeVisibleAsync();
        while (true)
        {
            foreach (var link in await tab.Page.Locator("tr[data-row=list] a[href^='/requests/']").EvaluateAllAsync<string[]>("all => all.map(a => a.href)"))
                seen.Add(Uri.UnescapeDataString(new Uri(link).Segments[^1]));
            var older = tab.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Older" });
            if (await older.CountAsync() == 0) break;
            var next = await older.GetAttributeAsync("href");
            await tab.GoAsync(new Uri(address, next!));
            await Assertions.Expect(tab.Page.Locator("tr[data-row=list]").First).ToBeVisibleAsync();
        }

        Assert.Superset(ids, seen);
        Assert.Empty(tab.Faults);
        Assert.Equal(["127.0.0.1"], tab.Hosts.Distinct());
    }
}
