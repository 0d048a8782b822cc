using System.Collections.Concurrent;
using Ccr.Console.Actions;
using Ccr.Hosting.DeadLetters;
using Microsoft.Extensions.Time.Testing;
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

    [Theory(Timeout = 180_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Acceptance16And17_SourceThatHangs_IsSaidOnceItsPatienceIsOver(bool isLedger)
    {
        // The rest between two readings, and how long one is waited for: the figure of the specification is ten seconds.
        var options = new ConsoleOptions();
        Assert.InRange(Poller.Patience + (isLedger ? options.LedgerEvery : options.ResultsEvery), TimeSpan.Zero, TimeSpan.FromSeconds(10));
        var time = new FakeTimeProvider();
        var (ledger, topic) = (new FaultyLedger(new InMemoryLedgerStore()), new SeenTopic());
        var state = new ConsoleState(time);
        using var poller = new Poller(state, new ConsoleSources(ledger, ledger, Some.Who) { Results = topic }, options, time);
        (ledger.Hangs, topic.Hangs) = (isLedger, !isLedger);

        await poller.StartAsync(TestContext.Current.CancellationToken);
        // The clock runs far faster than the processor here, so that the source that answers is late too at times: both are looked at in one moment.
        while (state.Now is var now && ((isLedger ? now.Ledger : now.Broker).Fault is not "it does not answer" || now.IsLedgerUnknown != isLedger))
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }

        await poller.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = 180_000)]
    public async Task Acceptance18_OfflineForFiveMinutes_GreysThePageAndComesBackToTheSameAddress()
    {
        // A lost tab is not kept here for a minute, so that its circuit is gone at once as it is after five; those pass on the browser's clock.
        await using var console = await RunningConsole.StartAsync(configure: options => options with { KeepLostTabsFor = TimeSpan.FromMilliseconds(1) });
        await using var context = await browser.NewContextAsync();
        await context.Clock.InstallAsync();
        var isOffline = false;
        var sockets = new ConcurrentQueue<IWebSocketRoute>();
        await context.RouteWebSocketAsync(url => url.Contains("_blazor", StringComparison.Ordinal), socket =>
        {
            if (Volatile.Read(ref isOffline))
            {
                _ = socket.CloseAsync();
                return;
            }

            sockets.Enqueue(socket);
            sockets.Enqueue(socket.ConnectToServer());
        });
        await context.RouteAsync(
            url => url.EndsWith("/alive", StringComparison.Ordinal) || url.Contains("/negotiate", StringComparison.Ordinal),
            route => Volatile.Read(ref isOffline) ? route.AbortAsync() : route.ContinueAsync());
        await using var tab = await Tab.OpenAsync(context, console.Server.NewSignInAddress(), ownsContext: false);
        await tab.GoAsync(new Uri(console.Address, "/results?outcome=Failed"));
        await tab.Page.EvaluateAsync("() => { window.mark = 'before'; }");

        Volatile.Write(ref isOffline, true);
        foreach (var socket in sockets) await socket.CloseAsync();
        await Expect(tab.Page.Locator("html[data-stale]")).ToHaveCountAsync(1);
        await Expect(tab.Page.Locator("#stale")).ToContainTextAsync("Connecting again");
        await Expect(tab.Page.Locator("#stale-since[at^='20']")).ToBeVisibleAsync();
        await context.Clock.FastForwardAsync("05:00");
        await Expect(tab.Page.Locator("html[data-stale]")).ToHaveCountAsync(1);

        // The figure of the specification is five seconds; a busy machine is given more, and the run says how long it took.
        // Should the server not have dropped the circuit yet, the browser is told what it would be told after five minutes.
        await tab.Page.EvaluateAsync(
            """
            () => setTimeout(() => document.getElementById('components-reconnect-modal')
              .dispatchEvent(new CustomEvent('components-reconnect-state-changed', { detail: { state: 'rejected' } })), 1000)
            """);
        var since = TimeProvider.System.GetTimestamp();
        Volatile.Write(ref isOffline, false);
        await tab.Page.WaitForFunctionAsync("() => !window.mark && document.getElementById('strip')");
        await tab.UntilAliveAsync();
        await Expect(tab.Page.Locator("html[data-stale]")).ToHaveCountAsync(0);
        TestContext.Current.TestOutputHelper?.WriteLine($"back after {TimeProvider.System.GetElapsedTime(since).TotalSeconds:0.0} s");
        await tab.UntilAtAsync("/results?outcome=Failed");
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

        Type[] writers =
        [
            typeof(OperatorGate), typeof(LetterGate), typeof(LedgerOperator), typeof(DeadLetterDesk), typeof(IOperatorLedger), typeof(ILedgerStore),
        ];
        Assert.All(writers, writer => Assert.Null(console.Server.Services.GetService(writer)));
        Assert.Equal(0, ledger.Writes);
    }

    [Fact(Timeout = 180_000)]
    public async Task Acceptance19_ReadOnly_LeavesTheLedgersFileAsItWas()
    {
        await using var disk = new DiskLedger();
        await Night.FillAsync(disk.Ledger, TimeProvider.System.GetUtcNow());
        await disk.DisposeAsync();
        var before = await File.ReadAllBytesAsync(disk.File, TestContext.Current.CancellationToken);
        await using (var process = new CcrProcess("console", "--data", disk.Folder, "--read-only", "--no-browser", "--json"))
        {
            var address = new Uri((await process.NextAsync("console")).GetProperty("url").GetString()!);
            await using var context = await browser.NewContextAsync();
            await using var tab = await Tab.OpenAsync(context, address, ownsContext: false);
            foreach (var path in new[] { "/", "/machines", "/machines/CORP/PC007", "/results", "/actions", "/verifications" })
            {
                await tab.GoAsync(new Uri(address, path));
                await Expect(tab.Page.Locator("#strip")).ToContainTextAsync("PAUSED muc");
                await Expect(tab.Page.Locator(".skeleton")).ToHaveCountAsync(0);
            }
        }

        Assert.Equal(before, await File.ReadAllBytesAsync(disk.File, TestContext.Current.CancellationToken));
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
        await Expect(tab.Page.Locator("#strip")).ToContainTextAsync("MAY NOT WRITE");
        await Expect(tab.Page.Locator("#strip")).ToContainTextAsync("Storage Table Data Contributor is missing");
        await tab.Page.Keyboard.PressAsync("Escape");
        await Expect(tab.Page.Locator(".mud-dialog")).ToHaveCountAsync(0);
        await Expect(tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Pause all sites" })).ToBeDisabledAsync();
        Assert.Empty(tab.Faults);
    }
}
