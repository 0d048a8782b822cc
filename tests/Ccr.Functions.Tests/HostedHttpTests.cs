using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Ccr.Core.Messaging;
using Ccr.Core.Results;
using Ccr.Functions.Tests.Support;

namespace Ccr.Functions.Tests;

/// <summary>The webhook and the health, through the host's proxy.</summary>
public class HostedHttpTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Some.Patience)]
    public async Task Webhook_OnTheWorker_AnswersEveryCaseWithItsStatus()
    {
        await using var app = await HostedApp.StartAsync();
        var tooLarge = $"[\"{new string('x', 256 * 1024)}\"]";

        var fitsWithoutProperties = $"[\"{new string('x', (256 * 1024) - 4)}\"]";

        var accepted = await PostUntilTakenAsync(app, "api/events/ccr", $"\uFEFF{Some.Event("PC01")}");
        var answers = new List<(HttpStatusCode, string?)>
        {
            await CodeOfAsync(await PostAsync(app, "api/events/nobody", "{}")),
            await CodeOfAsync(await PostAsync(app, "api/events/ccr", "not JSON")),
            await CodeOfAsync(await PostAsync(app, "api/events/ccr", "{}", key: "wrong")),
            await CodeOfAsync(await PostAsync(app, "api/entra/events/ccr", "{}", key: null)),
            await CodeOfAsync(await PostAsync(app, "api/nothing", "{}")),
            await CodeOfAsync(await PostAsync(app, "api/events/ccr", tooLarge)),
            await CodeOfAsync(await PostAsync(app, "api/events/ccr", fitsWithoutProperties)),
            await CodeOfAsync(await PostAsync(app, "api/events/ccr", "{}", contentType: "text/plain")),
        };

        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        Assert.StartsWith("http-", (string)(await accepted.Content.ReadFromJsonAsync<JsonObject>(Stop))!["id"]!, StringComparison.Ordinal);
        Assert.Equal((Outcome.Accepted, "PC01"), (await app.ResultsAsync(1)).Select(result => (result.Outcome, result.Machine!)).Single());
        Assert.Equal(
            [
                (HttpStatusCode.NotFound, "CCR4514"),
                (HttpStatusCode.BadRequest, "CCR1003"),
                (HttpStatusCode.Unauthorized, null),
                (HttpStatusCode.Unauthorized, null),
                (HttpStatusCode.NotFound, null),
                (HttpStatusCode.RequestEntityTooLarge, "CCR1001"),
                (HttpStatusCode.RequestEntityTooLarge, "CCR1001"),
                (HttpStatusCode.UnsupportedMediaType, "CCR4511"),
            ],
            answers);
    }

    [Fact(Timeout = Some.Patience)]
    public async Task WebhookAndHealth_WhileTheBrokerIsAway_Answer503AndAreWellAgainAfterwards()
    {
        await using var app = await HostedApp.StartAsync();
        await UntilReadyAsync(app);
        await app.Broker.DisposeAsync();

        var health = await app.Http.GetAsync("api/health", Stop);
        var webhook = await PostAsync(app, "api/events/ccr", Some.Event("PC01"));
        await app.StartBrokerAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        Assert.Contains("broker", await health.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, MessagingReasons.NotQueued.Code), await CodeOfAsync(webhook));
        Assert.Equal(TimeSpan.FromSeconds(30), webhook.Headers.RetryAfter!.Delta);
        await UntilReadyAsync(app);
        Assert.Equal(HttpStatusCode.Accepted, (await PostUntilTakenAsync(app, "api/events/ccr", Some.Event("PC01"))).StatusCode);
        Assert.Equal(Outcome.Accepted, Assert.Single(await app.ResultsAsync(1)).Outcome);
    }

    [Fact(Timeout = Some.Patience)]
    public async Task WebhookWithToken_ByRole_TakesOrRefusesTheCaller()
    {
        const string Path = "api/entra/events/ccr";
        await using var app = await HostedApp.StartAsync(principals: new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["sender"] = Principal("roles", "Events.Send"),
            ["renamed"] = Principal("http://schemas.microsoft.com/ws/2008/06/identity/claims/role", "Events.Send"),
            ["other"] = Principal("roles", "Events.Read"),
            ["liar"] = Principal("name", "Events.Send"),
        });
        var forged = Convert.ToBase64String(Encoding.UTF8.GetBytes(Principal("roles", "Events.Send")));

        var answers = new List<(HttpStatusCode, string?)>();
        foreach (var token in new[] { "sender", "renamed", "other", "liar", "unknown" })
            answers.Add(await CodeOfAsync(await PostUntilTakenAsync(app, Path, Some.Event("PC01"), null, ("Authorization", $"Bearer {token}"))));
        answers.Add(await CodeOfAsync(
            await PostAsync(app, Path, Some.Event("PC01"), null, headers: [("X-MS-CLIENT-PRINCIPAL-ID", "somebody"), ("X-MS-CLIENT-PRINCIPAL", forged)])));

        Assert.Equal(
            [
                (HttpStatusCode.Accepted, null),
                (HttpStatusCode.Accepted, null),
                (HttpStatusCode.Forbidden, "CCR4515"),
                (HttpStatusCode.Forbidden, "CCR4515"),
                (HttpStatusCode.Unauthorized, null),
                (HttpStatusCode.Unauthorized, null),
            ],
            answers);
    }

    private static string Principal(string type, string value) => $$"""
        { "auth_typ": "aad", "name_typ": "name", "role_typ": "http://schemas.microsoft.com/ws/2008/06/identity/claims/role", "claims": [{ "typ": "aud", "val": "api://ccr" }, { "typ": "{{type}}", "val": "{{value}}" }] }
        """;

    private static Task<HttpResponseMessage> UntilReadyAsync(HostedApp app) =>
        HostedApp.UntilAsync(() => app.Http.GetAsync("api/health", Stop), answer => answer.StatusCode == HttpStatusCode.OK);

    /// <summary>Sends again while the answer is 503, as callers do: the app gives a broker five seconds, which a busy machine may need for itself.</summary>
    private static Task<HttpResponseMessage> PostUntilTakenAsync(
        HostedApp app, string path, string body, string? key = "key", params (string Name, string Value)[] headers) =>
        HostedApp.UntilAsync(() => PostAsync(app, path, body, key, headers: headers), answer => answer.StatusCode != HttpStatusCode.ServiceUnavailable);

    private static async Task<HttpResponseMessage> PostAsync(
        HostedApp app, string path, string body, string? key = "key", string contentType = "application/json", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, contentType) };
        if (key is not null) request.Headers.Add("x-functions-key", key);
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        return await app.Http.SendAsync(request, Stop);
    }

    private static async Task<(HttpStatusCode, string?)> CodeOfAsync(HttpResponseMessage answer) =>
        answer.Content.Headers.ContentType?.MediaType == "application/problem+json"
        ? (answer.StatusCode, (string?)(await answer.Content.ReadFromJsonAsync<JsonObject>(Stop))!["code"])
        : (answer.StatusCode, null);
}
