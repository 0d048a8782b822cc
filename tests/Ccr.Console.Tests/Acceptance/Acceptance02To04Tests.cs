using System.Net;
using Ccr.Console.Security;

namespace Ccr.Console.Tests.Acceptance;

/// <summary>Who gets in, by what a request says of itself; sockets are raw where browsers and clients would correct what is sent.</summary>
public sealed class Acceptance02To04Tests
{
    [Theory(Timeout = 180_000)]
    [InlineData("/")]
    [InlineData("/machines")]
    [InlineData("/assets/console.css")]
    [InlineData("/assets/blazor.web.js")]
    [InlineData("/export/results.csv")]
    [InlineData("/_blazor")]
    [InlineData("/_blazor/negotiate")]
    [InlineData("/alive")]
    [InlineData("/nothing")]
    public async Task Acceptance02_WithoutCookie_GetsNothingButTheSignInPage(string path)
    {
        await using var console = await RunningConsole.StartAsync();

        var answer = await RawRequest.SendAsync(console.Port, $"GET {path} HTTP/1.1", $"Host: 127.0.0.1:{console.Port}");

        Assert.Equal(401, RawRequest.StatusOf(answer));
        Assert.Contains("Sign in", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("strip", answer, StringComparison.Ordinal);
    }

    [Fact(Timeout = 180_000)]
    public async Task Acceptance02_Token_IsGoodOnce()
    {
        await using var console = await RunningConsole.StartAsync();
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        var address = console.Server.NewSignInAddress();

        using var first = await client.GetAsync(address, TestContext.Current.CancellationToken);
        using var second = await client.GetAsync(address, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.SeeOther, first.StatusCode);
        Assert.Equal("/", first.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.Unauthorized, second.StatusCode);
    }

    [Fact(Timeout = 180_000)]
    public async Task Acceptance02_CookieOfTheProcessBefore_GetsNothing()
    {
        string cookie;
        int port;
        await using (var before = await RunningConsole.StartAsync())
        {
            port = before.Port;
            using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
            using var answer = await client.GetAsync(before.Server.NewSignInAddress(), TestContext.Current.CancellationToken);
            cookie = answer.Headers.GetValues("Set-Cookie").Single();
        }

        Assert.Matches($"^ccr-console-{port}-[0-9a-f]{{8}}=[0-9a-f]{{64}}; path=/; samesite=strict; httponly$", cookie);
        await using var after = await RunningConsole.StartAsync();
        var value = cookie.Split(';')[0].Replace($"-{port}-", $"-{after.Port}-", StringComparison.Ordinal);

        var refused = await RawRequest.SendAsync(after.Port, "GET / HTTP/1.1", $"Host: 127.0.0.1:{after.Port}", $"Cookie: {value}");

        Assert.Equal(401, RawRequest.StatusOf(refused));
    }

    [Fact]
    public void Acceptance02_Token_IsVoidAfterFiveMinutesAndWhenThereIsANewerOne()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var signIn = new SignIn(time);
        var old = signIn.NewToken();
        var newer = signIn.NewToken();

        Assert.Null(signIn.Exchange(old));
        time.Advance(SignIn.TokenLife);
        Assert.Null(signIn.Exchange(newer));
        Assert.True(signIn.IsSession(signIn.Exchange(signIn.NewToken())));
        Assert.False(signIn.IsSession(null));
        Assert.False(signIn.IsSession(""));
    }

    [Theory(Timeout = 180_000)]
    [InlineData("/")]
    [InlineData("/_blazor/negotiate")]
    [InlineData("/assets/console.css")]
    [InlineData("/login?token=1")]
    public async Task Acceptance03_ForeignHost_IsRefusedWithoutData(string path)
    {
        await using var console = await RunningConsole.StartAsync();
        foreach (var method in new[] { "GET", "POST" })
        {
            var rebound = await RawRequest.SendAsync(console.Port, $"{method} {path} HTTP/1.1", $"Host: evil.test:{console.Port}", "Content-Length: 0");
            var agreed = await RawRequest.SendAsync(
                console.Port, $"{method} {path} HTTP/1.1", $"Host: evil.test:{console.Port}", $"Origin: http://evil.test:{console.Port}", "Content-Length: 0");

            Assert.Equal(400, RawRequest.StatusOf(rebound));
            Assert.Equal(400, RawRequest.StatusOf(agreed));
            Assert.Equal("", rebound[(rebound.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
        }
    }

    [Theory(Timeout = 180_000)]
    [InlineData("Host: ")]
    [InlineData("Host: 127.0.0.1")]
    [InlineData("Host: 127.0.0.1:1")]
    [InlineData("Host: [::1")]
    [InlineData("Host: a b c")]
    [InlineData("Host: 127.0.0.1:PORT, evil.test")]
    [InlineData("Host: 127.0.0.1:PORT\r\nHost: evil.test")]
    [InlineData("Host: 127.0.0.1:PORT\r\nOrigin: null")]
    [InlineData("Host: 127.0.0.1:PORT\r\nOrigin: http://")]
    [InlineData("Host: 127.0.0.1:PORT\r\nOrigin: \u00ff")]
    [InlineData("Host: 127.0.0.1:PORT\r\nOrigin: http://127.0.0.1:1")]
    [InlineData("Host: 127.0.0.1:PORT\r\nOrigin: http://127.0.0.1:PORT\r\nOrigin: http://evil.test")]
    [InlineData("Host: 127.0.0.1:PORT\r\nSec-Fetch-Site: same-site")]
    [InlineData("Host: 127.0.0.1:PORT\r\nSec-Fetch-Site: whatever")]
    public async Task Acceptance03_MalformedOrForeignHeader_IsRefusedAndTheProcessLives(string headers)
    {
        await using var console = await RunningConsole.StartAsync();
        var port = console.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);

        var answer = await RawRequest.SendAsync(console.Port, "GET / HTTP/1.1", headers.Replace("PORT", port, StringComparison.Ordinal));

        Assert.Equal(400, RawRequest.StatusOf(answer));
        using var client = await console.SignInAsync();
        Assert.Contains("strip", await client.GetStringAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact(Timeout = 180_000)]
    public async Task Acceptance04_CrossSiteLinkToTheSignInPage_IsTheOnlyThingThatMayComeFromElsewhere()
    {
        await using var console = await RunningConsole.StartAsync();
        string[] navigation = ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"];

        var login = await RawRequest.SendAsync(console.Port, ["GET /login HTTP/1.1", $"Host: localhost:{console.Port}", .. navigation]);
        var frame = await RawRequest.SendAsync(
            console.Port, "GET /login HTTP/1.1", $"Host: localhost:{console.Port}", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe");
        var page = await RawRequest.SendAsync(console.Port, ["GET / HTTP/1.1", $"Host: localhost:{console.Port}", .. navigation]);

        Assert.Equal([401, 400, 400], new[] { login, frame, page }.Select(RawRequest.StatusOf));
    }

    [Fact(Timeout = 180_000)]
    public async Task Headers_OfAnyAnswer_AreThoseOfTheSpecification()
    {
        await using var console = await RunningConsole.StartAsync();
        using var client = await console.SignInAsync();
        foreach (var path in new[] { "/", "/assets/console.css", "/nothing", "/login" })
        {
            using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            string Header(string name) => string.Join(", ", answer.Headers.GetValues(name));

            Assert.Equal(
                "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
                "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
                Header("Content-Security-Policy"));
            Assert.Equal("nosniff", Header("X-Content-Type-Options"));
            Assert.Equal("no-referrer", Header("Referrer-Policy"));
            Assert.Contains("no-store", Header("Cache-Control"), StringComparison.Ordinal);
            Assert.Equal("same-origin", Header("Cross-Origin-Opener-Policy"));
            Assert.Equal("same-origin", Header("Cross-Origin-Resource-Policy"));
            Assert.False(answer.Headers.Contains("Server"));
            Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        }
    }
}
