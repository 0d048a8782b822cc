using System.Net.Sockets;
using Ccr.Core.Sites;

namespace Ccr.Core.Tests.ManagementPoints;

public sealed class AnswerRulesTests
{
    [Theory]
    [InlineData(100, SubmissionVerdict.Unknown, "CCR3305")]
    [InlineData(101, SubmissionVerdict.Unknown, "CCR3305")]
    [InlineData(200, SubmissionVerdict.Accepted, "CCR3001")]
    [InlineData(201, SubmissionVerdict.Unknown, "CCR3305")]
    [InlineData(202, SubmissionVerdict.Unknown, "CCR3305")]
    [InlineData(204, SubmissionVerdict.Unknown, "CCR3305")]
    [InlineData(206, SubmissionVerdict.Unknown, "CCR3305")]
    [InlineData(300, SubmissionVerdict.Refused, "CCR3105")]
    [InlineData(302, SubmissionVerdict.Refused, "CCR3105")]
    [InlineData(304, SubmissionVerdict.Refused, "CCR3105")]
    [InlineData(400, SubmissionVerdict.Refused, "CCR3106")]
    [InlineData(401, SubmissionVerdict.Refused, "CCR3101")]
    [InlineData(403, SubmissionVerdict.Refused, "CCR3102")]
    [InlineData(404, SubmissionVerdict.Refused, "CCR3103")]
    [InlineData(405, SubmissionVerdict.Refused, "CCR3104")]
    [InlineData(407, SubmissionVerdict.Refused, "CCR3107")]
    [InlineData(408, SubmissionVerdict.Unknown, "CCR3305")]
    [InlineData(499, SubmissionVerdict.Refused, "CCR3106")]
    [InlineData(500, SubmissionVerdict.Unknown, "CCR3301")]
    [InlineData(503, SubmissionVerdict.Unknown, "CCR3301")]
    [InlineData(999, SubmissionVerdict.Unknown, "CCR3301")]
    public void OfStatus_EveryStatus_HasOneClass(int status, SubmissionVerdict verdict, string code)
    {
        var known = AnswerRules.OfStatus(status);

        Assert.Equal((verdict, code), (known.Verdict, known.Reason.Code));
    }

    [Theory]
    [InlineData(401, "SMS_MP virtual directory in IIS")]
    [InlineData(403, "SMS_MP virtual directory in IIS")]
    [InlineData(404, "UrlScan AllowVerbs")]
    [InlineData(405, "ISAPI module")]
    [InlineData(302, "proxy or a rewrite rule")]
    public void OfStatus_Refusal_SaysWhereToLook(int status, string hint) =>
        Assert.Contains(hint, AnswerRules.OfStatus(status).Reason.Remedy);

    [Fact]
    public void OfStatus_404_DoesNotMeanThatTheMachineIsUnknown() =>
        Assert.Contains("does not mean that the machine is unknown", AnswerRules.OfStatus(404).Cause);

    [Theory]
    [InlineData(SocketError.ConnectionRefused, "CCR3202")]
    [InlineData(SocketError.TimedOut, "CCR3204")]
    [InlineData(SocketError.HostUnreachable, "CCR3203")]
    [InlineData(SocketError.NetworkUnreachable, "CCR3203")]
    [InlineData(SocketError.AccessDenied, "CCR3203")]
    public void OfFailure_WithoutAConnection_IsNotSent(SocketError error, string code)
    {
        var exception = new HttpRequestException(HttpRequestError.ConnectionError, null, new SocketException((int)error));

        var known = AnswerRules.OfFailure(exception, mayHaveArrived: false, Interruption.None);

        Assert.Equal((SubmissionVerdict.NotSent, code), (known.Verdict, known.Reason.Code));
    }

    /// <summary>The heart of "never a guess": no failure makes a request that may have left into one that did not.</summary>
    [Fact]
    public void OfFailure_OnceAByteMayHaveLeft_IsUnknownWhateverFailed()
    {
        var failures = Enum.GetValues<HttpRequestError>()
            .Select(error => (Exception)new HttpRequestException(error, null, new SocketException((int)SocketError.ConnectionRefused)))
            .Append(new OperationCanceledException())
            .Append(new InvalidOperationException());

        foreach (var failure in failures)
        {
            foreach (var interruption in Enum.GetValues<Interruption>())
            {
                Assert.Equal(SubmissionVerdict.Unknown, AnswerRules.OfFailure(failure, mayHaveArrived: true, interruption).Verdict);
                Assert.Equal(SubmissionVerdict.NotSent, AnswerRules.OfFailure(failure, mayHaveArrived: false, interruption).Verdict);
            }
        }
    }

    [Fact]
    public void OfFailure_WithRemoteTextInTheMessage_ShowsItHarmlessAndShort()
    {
        var exception = new HttpRequestException(
            HttpRequestError.SecureConnectionError, null, new IOException("bad\r\nlog line\u001b[31m" + new string('x', 1000)));

        var known = AnswerRules.OfFailure(exception, mayHaveArrived: false, Interruption.None);

        Assert.DoesNotContain(known.Cause, char.IsControl);
        Assert.InRange(known.Cause.Length, 1, 300);
    }
}
