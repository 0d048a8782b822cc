using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Ccr.Console.Tests.Support;

/// <summary>A tab that is signed in, and what went wrong in it.</summary>
internal sealed class Tab : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly bool _ownsContext;

    private Tab(IBrowserContext context, IPage page, bool ownsContext) => (_context, Page, _ownsContext) = (context, page, ownsContext);

    public IPage Page { get; }

    public IBrowserContext Context => _context;

    /// <summary>Errors of scripts and of the content security policy. They come in on a thread of Playwright's.</summary>
    public ConcurrentQueue<string> Faults { get; } = [];

    /// <summary>The host of each request of the page.</summary>
    public ConcurrentQueue<string> Hosts { get; } = [];

    public static async Task<Tab> OpenAsync(
        Browser browser, RunningConsole console, string path = "/", Action<BrowserNewContextOptions>? configure = null)
    {
        var tab = await OpenAsync(await browser.NewContextAsync(configure), console.Server.NewSignInAddress(), ownsContext: true);
        if (path != "/") await tab.GoAsync(new Uri(console.Address, path));
        return tab;
    }

    /// <summary>Another tab of a browser that is signed in.</summary>
    public async Task<Tab> OpenAnotherAsync(Uri address) => await OpenAsync(_context, address, ownsContext: false);

    public static async Task<Tab> OpenAsync(IBrowserContext context, Uri address, bool ownsContext)
    {
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(60_000);
        var tab = new Tab(context, page, ownsContext);
        page.PageError += (_, fault) => tab.Faults.Enqueue(fault);
        page.Console += (_, message) =>
        {
            if (message.Type == "error") tab.Faults.Enqueue(message.Text);
        };
        page.Request += (_, request) => tab.Hosts.Enqueue(new Uri(request.Url).Host);
        await tab.GoAsync(address);
        return tab;
    }

    /// <summary>
    /// Opens an address, and waits until the page is alive and has put the focus where it begins: it does that once, a moment after it is alive, and would
    /// take the focus from what a test is just typing into.
    /// </summary>
    public async Task GoAsync(Uri address)
    {
        await Page.GotoAsync(address.ToString());
        await UntilAliveAsync();
        await Assertions.Expect(Page.Locator("[data-first]")).ToBeFocusedAsync();
    }

    /// <summary>
    /// Waits until the page's address is this. Playwright's own WaitForURLAsync looks first and then listens, and waits in vain for a change between the two.
    /// </summary>
    public Task UntilAtAsync(string path) => Assertions.Expect(Page).ToHaveURLAsync(new Uri(new Uri(Page.Url), path).ToString());

    /// <summary>Waits until the server's beat is seen, which needs the socket.</summary>
    public async Task UntilAliveAsync()
    {
        var beat = await Page.Locator("#strip").GetAttributeAsync("data-beat");
        try
        {
            await Page.WaitForFunctionAsync("beat => document.getElementById('strip')?.dataset.beat !== beat", beat);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"The page {Page.Url} did not come alive. {string.Join(Environment.NewLine, Faults)}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_ownsContext) await _context.DisposeAsync();
        else await Page.CloseAsync();
    }
}
