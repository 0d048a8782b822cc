using Ccr.Core.Sites;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests.ManagementPoints;

/// <summary>A page that was meant for people is no answer of a management point.</summary>
public sealed class PageTests
{
    private const int Limit = 60_000;
    private const string SignIn = "<!DOCTYPE html><html><head><title>Sign in</title></head><body><form action='/login'></form></body></html>";
    private const string EmptyPage = "<html><head></head><body> </body></html>";
    private const string List = "<MPList><MP Name=\"MP01\"/></MPList>";

    [Theory(Timeout = Limit)]
    [InlineData(SignIn, true, SubmissionVerdict.Unknown, "CCR3307")]
    [InlineData(SignIn, false, SubmissionVerdict.Accepted, "CCR3001")]
    [InlineData(EmptyPage, true, SubmissionVerdict.Accepted, "CCR3001")]
    [InlineData("", true, SubmissionVerdict.Accepted, "CCR3001")]
    public async Task SubmitAsync_AnsweredWithAPage_IsUnknownWhereAnswersAreEmpty(string page, bool answersAreEmpty, SubmissionVerdict verdict, string code)
    {
        await using var point = RawManagementPoint.Start(connection => connection.AnswerAsync(Answer("200 OK", page)));
        var client = new ManagementPointClient(TimeProvider.System);

        var answer = await client.SubmitAsync(new(point.Address) { AnswersAreEmpty = answersAreEmpty }, Some.Submission, TestContext.Current.CancellationToken);

        Assert.Equal((verdict, code), (answer.Verdict, answer.Reason.Code));
    }

    [Theory(Timeout = Limit)]
    [InlineData("200 OK", SignIn, false, "CCR3108")]
    [InlineData("200 OK", EmptyPage, true, "CCR3001")]
    [InlineData("200 OK", "", true, "CCR3001")]
    [InlineData("200 OK", List, true, "CCR3001")]
    [InlineData("407 Proxy Authentication Required", SignIn, false, "CCR3107")]
    [InlineData("503 Service Unavailable", "", false, "CCR3109")]
    public async Task PreflightAsync_Answer_IsSoundOnlyWhenAManagementPointGaveIt(string status, string page, bool isSound, string code)
    {
        await using var point = RawManagementPoint.Start(connection => connection.AnswerAsync(Answer(status, page)));
        var client = new ManagementPointClient(TimeProvider.System);

        var answer = await client.PreflightAsync(new(point.Address), TestContext.Current.CancellationToken);

        Assert.Equal((isSound, code), (answer.IsSound, answer.Reason.Code));
    }

    [Fact(Timeout = Limit)]
    public async Task PreflightAsync_503_DoesNotSendTheReaderToTheInbox()
    {
        await using var point = RawManagementPoint.Start(connection => connection.AnswerAsync(Answer("503 Service Unavailable", "")));
        var client = new ManagementPointClient(TimeProvider.System);

        var answer = await client.PreflightAsync(new(point.Address), TestContext.Current.CancellationToken);

        Assert.DoesNotContain("ccr.box", answer.Reason.Remedy);
        Assert.Contains("No CCR was asked for", answer.Reason.Remedy);
    }

    private static string Answer(string status, string page) => $"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {page.Length}\r\n\r\n{page}";
}
