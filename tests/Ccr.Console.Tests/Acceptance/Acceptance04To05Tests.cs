using System.Net;
using System.Text;

namespace Ccr.Console.Tests.Acceptance;

/// <summary>Other pages in the same browser, and two consoles side by side.</summary>
public sealed class Acceptance04To05Tests(Browser browser)
{
    [Fact(Timeout = 180_000)]
    public async Task Acceptance04_PageOfAnotherPort_ReachesNothing()
    {
        await using var console = await RunningConsole.StartAsync();
        await using var tab = await Tab.OpenAsync(browser, console);
        using var other = new HttpListener();
        using var held = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        held.Start();
        var port = ((IPEndPoint)held.LocalEndpoint).Port;
        held.Stop();
        other.Prefixes.Add($"http://127.0.0.1:{port}/");
        other.Start();
        var serving = ServeAsync(other);

        var page = await tab.Context.NewPageAsync();
        await page.GotoAsync($"http://127.0.0.1:{port}/");
        var reached = await page.EvaluateAsync<string[]>(
            """
            async base => {
              const out = [];
              for (const path of ['/', '/alive', '/export/results.csv', '/_blazor/negotiate']) {
                const method = path.includes('negotiate') ? 'POST' : 'GET';
                try { await (await fetch(base + path, { credentials: 'include', method })).text(); out.push(path); } catch { }
              }
              await new Promise(done => {
                const socket = new WebSocket(base.replace('http', 'ws') + '/_blazor?id=1');
                socket.onopen = () => { out.push('socket'); done(); };
                socket.onerror = () => done();
              });
              return out;
            }
            """,
            console.Address.ToString().TrimEnd('/'));
        Assert.Equal([], reached);

        // A form and a frame are followed by the browser without asking, so the console itself must refuse them.
        var form = await page.RunAndWaitForResponseAsync(
            () => page.EvaluateAsync(
                "url => { const f = document.createElement('form'); f.method = 'post'; f.action = url; document.body.append(f); f.submit(); }",
                console.Address.ToString()),
            answer => answer.Url.Contains($":{console.Port}", StringComparison.Ordinal));
        Assert.Equal(400, form.Status);
        page = await tab.Context.NewPageAsync();
        await page.GotoAsync($"http://127.0.0.1:{port}/");
        var frame = await page.RunAndWaitForResponseAsync(
            () => page.EvaluateAsync(
                "url => { const f = document.createElement('iframe'); f.src = url; document.body.append(f); }", console.Address.ToString()),
            answer => answer.Url.Contains($":{console.Port}", StringComparison.Ordinal));
        Assert.Equal(400, frame.Status);

        other.Stop();
        await serving;
    }

    [Fact(Timeout = 180_000)]
    public async Task Acceptance05_TwoConsolesInOneBrowser_StaySignedInAndBothShowAllResults()
    {
        var topic = new SeenTopic();
        await using var one = await RunningConsole.StartAsync(topic: topic);
        await using var two = await RunningConsole.StartAsync(topic: topic);
        await using var first = await Tab.OpenAsync(browser, one);
        await using var second = await first.OpenAnotherAsync(two.Server.NewSignInAddress());
        await first.GoAsync(new Uri(one.Address, "/results"));
        await second.GoAsync(new Uri(two.Address, "/results"));

        for (var i = 0; i < 20; i++) topic.Publish(Some.Result($"request-{i}", TimeProvider.System.GetUtcNow(), machine: $"PC{i:00}"));

        await Microsoft.Playwright.Assertions.Expect(first.Page.Locator("tr[data-row=list]")).ToHaveCountAsync(20);
        await Microsoft.Playwright.Assertions.Expect(second.Page.Locator("tr[data-row=list]")).ToHaveCountAsync(20);
        await first.GoAsync(one.Address);
        Assert.Empty(first.Faults);
        Assert.Empty(second.Faults);
    }

    private static async Task ServeAsync(HttpListener listener)
    {
        while (true)
        {
            try
            {
                var context = await listener.GetContextAsync();
                context.Response.ContentType = "text/html";
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes("<!DOCTYPE html><body>other"));
                context.Response.Close();
            }
            catch (Exception stopped) when (stopped is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }
}
