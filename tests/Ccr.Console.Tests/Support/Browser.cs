using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Ccr.Console.Tests.Support.Browser))]

namespace Ccr.Console.Tests.Support;

/// <summary>Debian's Chromium, driven by Playwright; started when it is first needed.</summary>
public sealed class Browser : IAsyncDisposable
{
    private const string Path = "/usr/bin/chromium";

    private readonly SemaphoreSlim _once = new(1);
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>A browser that remembers nothing, with one window of the size that the specification names.</summary>
    public async Task<IBrowserContext> NewContextAsync(Action<BrowserNewContextOptions>? configure = null)
    {
        Prerequisite.Require(File.Exists(Path), $"Chromium is missing: apt-get install --no-install-recommends chromium fonts-dejavu-core.");
        await _once.WaitAsync();
        try
        {
            // Only limits a hang: a busy machine may take its time.
            Assertions.SetDefaultExpectTimeout(60_000);
            _playwright ??= await Playwright.CreateAsync();
            _browser ??= await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Path, Args = ["--no-sandbox"] });
        }
        finally
        {
            _once.Release();
        }

        var options = new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = 1366, Height = 768 },
            TimezoneId = "Europe/Berlin",
            Locale = "en-GB",
            ReducedMotion = ReducedMotion.Reduce,
        };
        configure?.Invoke(options);
        return await _browser.NewContextAsync(options);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
        _once.Dispose();
    }
}
