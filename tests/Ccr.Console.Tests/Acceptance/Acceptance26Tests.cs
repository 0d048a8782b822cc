using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ccr.Console.Tests.Acceptance;

/// <summary>The same page twice is the same picture. With CCR_ACCEPT_SNAPSHOTS=1 the pictures of the documentation are made here.</summary>
public sealed class Acceptance26Tests(Browser browser)
{
    /// <summary>Of some hundred thousand.</summary>
    private const int FewPoints = 20;

    private static readonly DateTimeOffset Now = new(2026, 11, 26, 2, 41, 0, TimeSpan.Zero);

    [Theory(Timeout = 180_000)]
    [InlineData("now", "/", ColorScheme.Light, 620)]
    [InlineData("now-dark", "/", ColorScheme.Dark, 620)]
    [InlineData("results", "/results", ColorScheme.Light, 330)]
    [InlineData("machine", "/machines/CORP/PC007", ColorScheme.Light, 420)]
    [InlineData("site", "/sites/hq", ColorScheme.Light, 420)]
    [InlineData("sites", "/sites", ColorScheme.Light, 620)]
    public async Task Acceptance26_SamePageTwice_IsTheSamePicture(string name, string path, ColorScheme scheme, int height)
    {
        // A busy machine now and then draws a few points otherwise, for a cause that was not found: so the same twice in at most four pictures, up to those.
        var taken = new List<byte[]>();
        byte[]? same = null;
        while (same is null && taken.Count < 4)
        {
            var picture = await TakeAsync(path, scheme, height);
            foreach (var earlier in taken)
            {
                if (await CountDifferingAsync(earlier, picture) <= FewPoints) same ??= earlier;
            }

            taken.Add(picture);
        }

        Assert.NotNull(same);
        if (Environment.GetEnvironmentVariable("CCR_ACCEPT_SNAPSHOTS") == "1")
        {
            var file = Path.Combine(CcrProcess.Root, "src", "Ccr.Console", "pictures", $"{name}.png");
            await File.WriteAllBytesAsync(file, same, TestContext.Current.CancellationToken);
        }
    }

    [Fact(Timeout = 180_000)]
    public async Task Acceptance26_PictureOfAnotherSite_IsAnotherPicture() => Assert.True(
        await CountDifferingAsync(await TakeAsync("/sites/hq", ColorScheme.Light, 420), await TakeAsync("/sites/muc", ColorScheme.Light, 420)) > FewPoints);

    /// <summary>How many points of two pictures differ, as the browser reads them.</summary>
    private async Task<int> CountDifferingAsync(byte[] one, byte[] other)
    {
        if (one.AsSpan().SequenceEqual(other)) return 0;

        await using var context = await browser.NewContextAsync();
        var page = await context.NewPageAsync();
        return await page.EvaluateAsync<int>(
            """
            async pictures => {
              const [one, other] = await Promise.all(pictures.map(async picture => {
                const image = new Image();
                image.src = 'data:image/png;base64,' + picture;
                await image.decode();
                const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
                canvas.drawImage(image, 0, 0);
                return new Uint32Array(canvas.getImageData(0, 0, image.width, image.height).data.buffer);
              }));
              return one.length === other.length ? one.filter((point, i) => point !== other[i]).length : Math.max(one.length, other.length);
            }
            """,
            new[] { Convert.ToBase64String(one), Convert.ToBase64String(other) });
    }

    private async Task<byte[]> TakeAsync(string path, ColorScheme scheme, int height)
    {
        await using var console = await RunningConsole.StartAsync(
            ledger: await Night.LedgerAsync(Now), settings: Night.Settings(), time: new StoppedClock(Now));
        await using var context = await browser.NewContextAsync(options => options.ColorScheme = scheme);
        await context.Clock.SetFixedTimeAsync(Now.UtcDateTime);
        await using var tab = await Tab.OpenAsync(context, console.Server.NewSignInAddress(), ownsContext: false);
        await tab.GoAsync(new Uri(console.Address, path));

        // Everything was read: the strip knows, no list waits, the machines are counted.
        await Expect(tab.Page.Locator("#strip")).ToContainTextAsync("PAUSED muc");
        await Expect(tab.Page.Locator(".skeleton")).ToHaveCountAsync(0);
        await Expect(tab.Page.Locator("main")).Not.ToContainTextAsync("counted");
        if (path == "/")
        {
            await Expect(tab.Page.Locator(".storm h2")).ToContainTextAsync("120 in the last hour");
            await Expect(tab.Page.Locator(".sites")).ToContainTextAsync("agent-1 heard");
            await Expect(tab.Page.Locator(".did")).ToContainTextAsync("INC4711");
        }

        await tab.Page.EvaluateAsync("() => document.activeElement.blur()");

        // What else comes late, comes with one of the next words from the server: the picture is taken once it stays.
        for (byte[]? last = null; ;)
        {
            await tab.UntilAliveAsync();
            var picture = await tab.Page.ScreenshotAsync(new PageScreenshotOptions
            {
                Animations = ScreenshotAnimations.Disabled,
                Clip = new Clip { Width = 1366, Height = height },
            });
            if (last is not null && picture.AsSpan().SequenceEqual(last)) return picture;
            last = picture;
        }
    }
}
