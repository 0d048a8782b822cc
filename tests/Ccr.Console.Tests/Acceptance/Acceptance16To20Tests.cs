using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ccr.Console.Tests.Acceptance;

/// <summary>What does not answer, and who may not.</summary>
public sealed class Acceptance16To20Tests(Browser browser)
{
    [Fact(Timeout = 180_000)]
    public async Task Acceptance16_LedgerStopped_MakesThePauseUnknownAndComesBackByItself()
    {
        await using var console = await RunningConsole.StartAsync();
        await using var tab = await Tab.OpenAsync(browser, console);
        var pause = tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Pause all sites" });
        await Expect(pause).ToBeEnabledAsync();

        console.Ledger.IsDown = true;

        await Expect(tab.Page.Locator("#strip")).ToContainTextAsync("PAUSE UNKNOWN");
        await Expect(tab.Page.Locator("#strip")).Not.ToContainTextAsync("Nothing is held");
        await Expect(pause).ToBeDisabledAsync();
        await using var live = await tab.OpenAnotherAsync(new Uri(console.Address, "/results"));
        console.Topic.Publish(Some.Result("request-1", console.Time.GetUtcNow(), machine: "PC77"));
        await Expect(live.Page.Locator("main")).ToContainTextAsync("the results could not be read");
        await Expect(tab.Page.Locator(".storm h2")).ToContainTextAsync("1 machines in the last minute");

        console.Ledger.IsDown = false;

        await Expect(tab.Page.Locator("#strip")).ToContainTextAsync("Nothing is held");
        await Expect(pause).ToBeEnabledAsync();
        await live.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Try again" }).ClickAsync();
        await Expect(live.Page.Locator("tr[data-row=list]")).ToContainTextAsync("PC77");
    }

    [Fact(Timeout = 180_000)]
    public async Task Acceptance17_BrokerStopped_IsSaidAndTheLedgerGoesOn()
    {
        await using var console = await RunningConsole.StartAsync();
        await using var tab = await Tab.OpenAsync(browser, console);
        await Expect(tab.Page.Locator("#strip")).ToContainTextAsync("Nothing is held");

        console.Topic.IsDown = true;

        await Expect(tab.Page.Locator("#strip")).ToContainTextAsync("BROKER has not answered since");
        await console.Ledger.WriteAsync(Some.Result("request-1", console.Time.GetUtcNow()), new MachineRecord(@"CORP\PC01"));
        await Expect(tab.Page.Locator(".storm h2")).ToContainTextAsync("1 machines in the last minute");
        await Expect(tab.Page.Locator(".skeleton")).ToHaveCountAsync(0);

        console.Topic.IsDown = false;

        await Expect(tab.Page.Locator("#strip")).ToContainTextAsync("Nothing is held");
    }

    [Fact(Timeout = 180_000)]
    public async Task Acceptance18_LostConnection_GreysThePageAndComesBackToTheSameAddress()
    {
        await using var console = await RunningConsole.StartAsync();
        await using var tab = await Tab.OpenAsync(browser, console, "/results?outcome=Failed");
        await tab.Page.EvaluateAsync("window.mark = 'before'");

        // Five minutes are too long for a test: the circuit is made to be unknown, as one that was dropped is.
        await tab.Page.EvaluateAsync("document.getElementById('components-reconnect-modal').dispatchEvent(new CustomEvent('components-reconnect-state-changed', { detail: { state: 'show' } }))");
        await Expect(tab.Page.Locator("html[data-stale]")).ToHaveCountAsync(1);
        await Expect(tab.Page.Locator("#stale")).ToContainTextAsync("Connecting again");
        await tab.Page.EvaluateAsync("setTimeout(() => document.getElementById('components-reconnect-modal').dispatchEvent(new CustomEvent('components-reconnect-state-changed', { detail: { state: 'rejected' } })), 0)");

        await tab.Page.WaitForFunctionAsync("() => !window.mark && document.getElementById('strip')");
        await tab.UntilAliveAsync();
        await Expect(tab.Page.Locator("html[data-stale]")).ToHaveCountAsync(0);
        Assert.Equal("/results?outcome=Failed", new Uri(tab.Page.Url).PathAndQuery);
    }

    [Fact(Timeout = 180_000)]
    public async Task Acceptance18_ConsoleThatEnded_IsSaidByThePageItself()
    {
        var console = await RunningConsole.StartAsync();
        await using var tab = await Tab.OpenAsync(browser, console);
        await console.DisposeAsync();

        await Expect(tab.Page.Locator("#ended")).ToBeVisibleAsync();
        await Expect(tab.Page.Locator("#ended")).ToContainTextAsync("ccr console");
    }

    [Fact(Timeout = 180_000)]
    public async Task Acceptance19_ReadOnly_HasNoButtonAndNothingThatWrites()
    {
        var ledger = await Night.LedgerAsync();
        ledger.IsReadOnly = true;
        await using var console = await RunningConsole.StartAsync(isReadOnly: true, ledger: ledger);
        await using var tab = await Tab.OpenAsync(browser, console);
        await Expect(tab.Page.Locator("#strip")).ToContainTextAsync("READ ONLY");
        foreach (var path in new[] { "/", "/sites", "/sites/muc", "/machines/CORP/PC007" })
        {
            await tab.GoAsync(new Uri(console.Address, path));
            foreach (var verb in new[] { "pause", "release", "redrive", "discard" })
                await Expect(tab.Page.Locator("main button").Filter(new LocatorFilterOptions { HasText = verb })).ToHaveCountAsync(0);
        }

        Assert.False(console.Server.CanWrite);
        Assert.Equal(0, ledger.Writes);
    }

    [Fact(Timeout = 180_000)]
    public async Task Acceptance20_IdentityThatMayNotWrite_IsToldWhichRoleIsMissing()
    {
        var ledger = new FaultyLedger(new InMemoryLedgerStore()) { IsReadOnly = true };
        await using var console = await RunningConsole.StartAsync(ledger: ledger);
        await using var tab = await Tab.OpenAsync(browser, console);
        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Pause all sites" }).ClickAsync();
        await tab.Page.Locator("#reason").FillAsync("INC4711");
        await tab.Page.Locator("#until").SelectOptionAsync("1");
        await tab.Page.Locator("#confirm").ClickAsync();

        await Expect(tab.Page.Locator(".mud-dialog [role=alert]")).ToContainTextAsync("Storage Table Data Contributor");
        Assert.Empty(tab.Faults);
    }
}
