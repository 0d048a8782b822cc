using Microsoft.Playwright;

namespace Ccr.Console.Tests;

public sealed class LookTests(Browser browser)
{
    [Fact(Timeout = 120_000)]
    public async Task Look()
    {
        var settings = new CcrOptions();
        settings.Sites["hq"] = new Ccr.Core.Sites.SiteOptions { Transport = Ccr.Core.Sites.SiteTransport.Agent };
        settings.Sites["muc"] = new Ccr.Core.Sites.SiteOptions();
        var ledger = new FaultyLedger(new InMemoryLedgerStore());
        var now = TimeProvider.System.GetUtcNow();
        for (var i = 0; i < 300; i++)
            await ledger.WriteAsync(Some.Result($"request-{i}", now.AddSeconds(-i * 20), (Outcome)(i % 6), $"PC{i:000}", site: i % 3 == 0 ? "muc" : "hq", reason: $"CCR30{i % 6:00}"), new MachineRecord($@"CORP\PC{i:000}") { Pushes = [now] });
        await new LedgerOperator(ledger, TimeProvider.System, Some.Who).PauseAsync("muc", now.AddHours(2), "INC4711", default);
        await using var console = await RunningConsole.StartAsync(settings: settings, ledger: ledger);
        await using var tab = await Tab.OpenAsync(browser, console);
        await Task.Delay(2500);
        foreach (var (name, path) in new[] { ("now", "/"), ("machines", "/machines"), ("results", "/results"), ("sites", "/sites/hq"), ("machine", "/machines/CORP/PC001"), ("request", "/requests/request-5?machine=CORP%5CPC005"), ("actions", "/actions"), ("about", "/about") })
        {
            await tab.GoAsync(new Uri(console.Address, path));
            await Task.Delay(1200);
            await tab.Page.ScreenshotAsync(new PageScreenshotOptions { Path = $"/tmp/look-{name}.png" });
        }
        foreach (var fault in tab.Faults) System.Console.WriteLine("FAULT " + fault);
        System.Console.WriteLine(string.Join(",", tab.Hosts));
    }
}
