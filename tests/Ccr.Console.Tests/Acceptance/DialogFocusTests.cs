using System.Text;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ccr.Console.Tests.Acceptance;

/// <summary>Where the focus is while a dialog is open.</summary>
public sealed class DialogFocusTests(Browser browser)
{
    /// <summary>
    /// MudBlazor's dialog asks for the focus once it hears that it is shown. On a slow line somebody types by then, and the rest of the word would go
    /// elsewhere.
    /// </summary>
    [Fact(Timeout = 180_000)]
    public async Task Dialog_FilledInBeforeTheServerAsksForTheFocus_LeavesItWhereSomebodyTypes()
    {
        await using var console = await RunningConsole.StartAsync();
        await using var context = await browser.NewContextAsync();
        var line = new HeldLine();
        await using var tab = await OpenPauseAsync(context, console, line, "domWrapper.focus");
        await tab.Page.Locator("#until").SelectOptionAsync("4");
        await tab.Page.Locator("#reason").FillAsync("INC4711");

        // The server's answer to the two comes after whatever was held.
        line.Release();
        await Expect(tab.Page.Locator("#confirm")).ToBeEnabledAsync();

        await Expect(tab.Page.Locator("#reason")).ToBeFocusedAsync();
    }

    [Fact(Timeout = 180_000)]
    public async Task Dialog_EscapeBeforeTheServerAsksForKeys_ClosesIt()
    {
        await using var console = await RunningConsole.StartAsync();
        await using var context = await browser.NewContextAsync();
        var line = new HeldLine();
        await using var tab = await OpenPauseAsync(context, console, line, "mudKeyInterceptor");
        await Expect(tab.Page.Locator(".mud-dialog")).ToBeVisibleAsync();

        await tab.Page.Keyboard.PressAsync("Escape");
        line.Release();

        await Expect(tab.Page.Locator(".mud-dialog")).ToHaveCountAsync(0);
    }

    [Fact(Timeout = 180_000)]
    public async Task Dialog_Opened_HasTheFocusInItsFirstFieldBeforeAnythingElseHappens()
    {
        await using var console = await RunningConsole.StartAsync();
        await using var tab = await Tab.OpenAsync(browser, console);
        await tab.Page.EvaluateAsync(
            """
            () => new MutationObserver(() => { window.first ??= document.querySelector('.mud-dialog') && document.activeElement?.id; })
              .observe(document.body, { childList: true, subtree: true })
            """);

        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Pause all sites", Exact = true }).ClickAsync();
        await Expect(tab.Page.Locator(".mud-dialog")).ToBeVisibleAsync();

        Assert.Equal("until", await tab.Page.EvaluateAsync<string>("() => window.first"));
    }

    /// <summary>Opens the dialog of a pause on a line that holds back from a word on.</summary>
    private static async Task<Tab> OpenPauseAsync(IBrowserContext context, RunningConsole console, HeldLine line, string word)
    {
        await context.RouteWebSocketAsync(url => url.Contains("_blazor", StringComparison.Ordinal), line.Join);
        var tab = await Tab.OpenAsync(context, console.Server.NewSignInAddress(), ownsContext: false);
        line.HoldFrom(word);
        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Pause all sites", Exact = true }).ClickAsync();
        return tab;
    }

    /// <summary>The line from the server to the page, on which messages can be held back.</summary>
    private sealed class HeldLine
    {
        private readonly Lock _lock = new();
        private readonly List<Action> _held = [];
        private byte[]? _word;

        public void Join(IWebSocketRoute page) => page.ConnectToServer().OnMessage(frame =>
        {
            lock (_lock)
            {
                if (_word is not null && (_held.Count > 0 || frame.Binary?.AsSpan().IndexOf(_word) >= 0)) _held.Add(Send);
                else Send();
            }

            void Send()
            {
                if (frame.Binary is { } binary) page.Send(binary);
                else page.Send(frame.Text!);
            }
        });

        /// <summary>Holds the next message with this word in it, and all after it.</summary>
        public void HoldFrom(string word)
        {
            lock (_lock) _word = Encoding.ASCII.GetBytes(word);
        }

        public void Release()
        {
            lock (_lock)
            {
                _word = null;
                foreach (var send in _held) send();
                _held.Clear();
            }
        }
    }
}
