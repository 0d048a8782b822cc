using System.Text;
using Ccr.Core.Messaging;
using Ccr.Functions.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Ccr.Functions.Tests;

public class HttpTests
{
    [Fact(Timeout = Some.Patience)]
    public async Task ReceiveEvent_WithAnEvent_PutsItOnTheQueueAndAnswersItsId()
    {
        await using var installation = await Installation.StartAsync();

        var answer = await PostAsync(installation, "ccr", Some.Event("PC01"));

        Assert.Equal(202, answer.StatusCode);
        var message = Assert.Single(await installation.PeekAsync(Entities.Requests));
        Assert.Equal(message.MessageId, answer.Value!.GetType().GetProperty("id")!.GetValue(answer.Value));
        Assert.Equal("ccr", message.ApplicationProperties["ccr-source"]);
        Assert.Equal(Some.Event("PC01"), message.Body.ToString());
    }

    [Fact(Timeout = Some.Patience)]
    public async Task ReceiveEvent_WithTheSameEventAgain_GivesItTheSameId()
    {
        await using var installation = await Installation.StartAsync();

        var first = await PostAsync(installation, "ccr", Some.Event("PC01"));
        var again = await PostAsync(installation, "ccr", Some.Event("PC01"));
        var other = await PostAsync(installation, "scom", Some.Event("PC01"));

        Assert.Equal(first.Value!.ToString(), again.Value!.ToString());
        Assert.NotEqual(first.Value!.ToString(), other.Value!.ToString());
    }

    [Theory(Timeout = Some.Patience)]
    [InlineData("cmdb", "{}", "application/json", 404, "CCR4514")]
    [InlineData("ccr", "not JSON", "application/json", 400, "CCR1003")]
    [InlineData("ccr", "", "application/json", 400, "CCR1003")]
    [InlineData("ccr", "7", "application/json", 400, "CCR1003")]
    [InlineData("ccr", "{}", "text/plain", 415, "CCR4511")]
    [InlineData("ccr", "{}", null, 415, "CCR4511")]
    [InlineData("ccr", "too large", "application/json", 413, "CCR1001")]
    public async Task ReceiveEvent_WithSomethingElse_SaysWhatIsWrong(string source, string body, string? contentType, int status, string code)
    {
        await using var installation = await Installation.StartAsync();
        if (body == "too large") body = $"[\"{new string('x', 256 * 1024)}\"]";

        var answer = await PostAsync(installation, source, body, contentType);

        var problem = Assert.IsType<ProblemDetails>(answer.Value);
        Assert.Equal((status, code), (problem.Status!.Value, problem.Extensions["code"]));
        Assert.Equal(status, answer.StatusCode);
        Assert.Empty(await installation.PeekAsync(Entities.Requests));
    }

    [Fact(Timeout = Some.Patience)]
    public async Task ReceiveEventWithToken_WithoutAppServiceAuthentication_RefusesEveryCaller()
    {
        await using var installation = await Installation.StartAsync();
        var request = Request(Some.Event("PC01"), "application/json");
        request.Headers["X-MS-CLIENT-PRINCIPAL-ID"] = "somebody";

        var answer = await installation.Get<ReceiveEvent>().RunWithTokenAsync(request, "cmdb", TestContext.Current.CancellationToken);

        Assert.IsType<UnauthorizedResult>(answer);
        Assert.Empty(await installation.PeekAsync(Entities.Requests));
    }

    [Fact(Timeout = Some.Patience)]
    public async Task Health_WhenBrokerAndLedgerAnswer_IsReady()
    {
        await using var installation = await Installation.StartAsync();

        var answer = Assert.IsType<ObjectResult>(
            await installation.Get<Health>().RunAsync(new DefaultHttpContext().Request, TestContext.Current.CancellationToken));

        Assert.Equal(200, answer.StatusCode);
    }

    private static async Task<ObjectResult> PostAsync(Installation installation, string source, string body, string? contentType = "application/json") =>
        Assert.IsType<ObjectResult>(await installation.Get<ReceiveEvent>().RunAsync(Request(body, contentType), source, TestContext.Current.CancellationToken));

    private static HttpRequest Request(string body, string? contentType)
    {
        var request = new DefaultHttpContext().Request;
        request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        request.ContentType = contentType;
        return request;
    }
}
