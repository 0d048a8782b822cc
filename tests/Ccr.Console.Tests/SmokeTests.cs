namespace Ccr.Console.Tests;

public sealed class SmokeTests
{
    [Fact(Timeout = 60_000)]
    public async Task Now_SignedIn_IsServed()
    {
        await using var console = await RunningConsole.StartAsync();
        using var client = await console.SignInAsync();
        foreach (var path in new[] { "/", "/machines", "/results", "/sites", "/sites/hq", "/verifications", "/actions", "/about", "/machines/CORP/PC01", "/requests/abc", "/assets/blazor.web.js", "/assets/mudblazor.css", "/nothing" })
        {
            using var answer = await client.GetAsync(path);
            var body = await answer.Content.ReadAsStringAsync();
            TestContext.Current.SendDiagnosticMessage($"{path} {answer.StatusCode} {body.Length}");
            System.Console.WriteLine($"{path} {answer.StatusCode} {body.Length}");
        }
        System.Console.WriteLine(await client.GetStringAsync("/"));
    }
}
