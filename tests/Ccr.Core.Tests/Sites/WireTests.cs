using System.Diagnostics;
using Ccr.Core.Machines;
using Ccr.Core.Sites;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests.ManagementPoints;

/// <summary>What is on the wire for one submission: these bytes, once. Each trap of HttpClient has its test.</summary>
public sealed class WireTests
{
    private const int Limit = 300_000;

    [Theory(Timeout = Limit)]
    [InlineData(true, "True")]
    [InlineData(false, "False")]
    public async Task SubmitAsync_SendsTheDocumentedBytesAndNothingElse(bool force, string fkey)
    {
        await using var point = RawManagementPoint.Start(connection => connection.AnswerAsync(RawConnection.Ok));
        var client = new ManagementPointClient(TimeProvider.System);
        var submission = new Submission(MachineName.Parse("pc01"), DomainName.Parse("contoso"), force);

        var answer = await client.SubmitAsync(new(point.Address), submission, TestContext.Current.CancellationToken);

        Assert.Equal(SubmissionVerdict.Accepted, answer.Verdict);
        Assert.Equal(
            [$"SMS_POST /sms_mp/machine.ccr?mn=PC01&dn=CONTOSO&fkey={fkey} HTTP/1.1\r\n"
                + $"Host: {point.Address.Authority}\r\nContent-Length: 0\r\n\r\n"],
            point.Requests);
    }

    [Fact(Timeout = Limit)]
    public async Task SubmitAsync_WithinATrace_AddsNoTraceHeaders()
    {
        await using var point = RawManagementPoint.Start(connection => connection.AnswerAsync(RawConnection.Ok));
        var client = new ManagementPointClient(TimeProvider.System);
        using var activity = new Activity("event").SetIdFormat(ActivityIdFormat.W3C).Start();

        await client.SubmitAsync(new(point.Address), Some.Submission, TestContext.Current.CancellationToken);

        Assert.DoesNotContain("traceparent", Assert.Single(point.Requests), StringComparison.OrdinalIgnoreCase);
    }

    [Fact(Timeout = Limit)]
    public async Task SubmitAsync_WhenTheServerClosesWithoutAByte_SendsOnce()
    {
        await using var point = RawManagementPoint.Start(connection => connection.ReadRequestAsync());
        var client = new ManagementPointClient(TimeProvider.System);

        var answer = await client.SubmitAsync(new(point.Address), Some.Submission, TestContext.Current.CancellationToken);

        Assert.Equal(SubmissionVerdict.Unknown, answer.Verdict);
        Assert.Single(point.Requests);
    }

    [Fact(Timeout = Limit)]
    public async Task SubmitAsync_OnAConnectionThatIsReset_SendsOnce()
    {
        await using var point = RawManagementPoint.Start(
            async connection =>
            {
                await connection.ReadRequestAsync();
                connection.Reset();
            },
            connection => connection.AnswerAsync(RawConnection.Ok));
        var client = new ManagementPointClient(TimeProvider.System);

        var answer = await client.SubmitAsync(new(point.Address), Some.Submission, TestContext.Current.CancellationToken);

        Assert.Equal(SubmissionVerdict.Unknown, answer.Verdict);
        Assert.Single(point.Requests);
    }

    /// <summary>The second answer comes with the first byte of what would be another request on the connection, which is when a client takes it.</summary>
    [Theory(Timeout = Limit)]
    [InlineData(200)]
    [InlineData(404)]
    [InlineData(408)]
    [InlineData(503)]
    public async Task SubmitAsync_WhenAnAnswerComesThatNobodyAskedFor_DoesNotTakeItForTheNextSubmissions(int status)
    {
        await using var point = RawManagementPoint.Start(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.WriteAsync(RawConnection.Ok);
            await connection.ReadFirstByteAsync();
            await connection.WriteAsync($"HTTP/1.1 {status} X\r\nContent-Length: 5\r\n\r\nerror");
        });
        var client = new ManagementPointClient(TimeProvider.System);

        for (var n = 1; n <= 3; n++)
        {
            var answer = await client.SubmitAsync(new(point.Address), Some.SubmissionFor($"PC0{n}"), TestContext.Current.CancellationToken);

            Assert.Equal((SubmissionVerdict.Accepted, n, n), (answer.Verdict, point.Requests.Count, point.Connections));
        }
    }

    [Fact(Timeout = Limit)]
    public async Task SubmitAsync_ManyAtOnce_HaveAConnectionEach()
    {
        await using var point = RawManagementPoint.Start(connection => connection.AnswerAsync(RawConnection.Ok, "HTTP/1.1 408 X\r\nContent-Length: 0\r\n\r\n"));
        var client = new ManagementPointClient(TimeProvider.System);

        var answers = await Task.WhenAll(Enumerable.Range(1, 50).Select(
            n => client.SubmitAsync(new(point.Address), Some.SubmissionFor($"PC{n}"), TestContext.Current.CancellationToken)));

        Assert.All(answers, answer => Assert.Equal(SubmissionVerdict.Accepted, answer.Verdict));
        Assert.Equal((50, 50), (point.Requests.Count, point.Connections));
    }

    [Theory(Timeout = Limit)]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task SubmitAsync_WhenRedirected_DoesNotFollow(int status)
    {
        await using var point = RawManagementPoint.Start(connection => connection.AnswerAsync(
            $"HTTP/1.1 {status} X\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n", RawConnection.Ok));
        var client = new ManagementPointClient(TimeProvider.System);

        var answer = await client.SubmitAsync(new(point.Address), Some.Submission, TestContext.Current.CancellationToken);

        Assert.Equal(SubmissionVerdict.Refused, answer.Verdict);
        Assert.Single(point.Requests);
    }

    [Theory(Timeout = Limit)]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task SubmitAsync_WhenTheAnswerInvitesARetry_SendsOnce(int status)
    {
        await using var point = RawManagementPoint.Start(connection => connection.AnswerAsync(
            $"HTTP/1.1 {status} X\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n", RawConnection.Ok));
        var client = new ManagementPointClient(TimeProvider.System);

        await client.SubmitAsync(new(point.Address), Some.Submission, TestContext.Current.CancellationToken);

        Assert.Single(point.Requests);
    }

    [Fact(Timeout = Limit)]
    public async Task SubmitAsync_AfterASetCookie_SendsNoCookie()
    {
        await using var point = RawManagementPoint.Start(connection => connection.AnswerAsync(
            "HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/\r\nContent-Length: 0\r\n\r\n"));
        var client = new ManagementPointClient(TimeProvider.System);

        await client.SubmitAsync(new(point.Address), Some.Submission, TestContext.Current.CancellationToken);
        await client.SubmitAsync(new(point.Address), Some.Submission, TestContext.Current.CancellationToken);

        Assert.Equal(point.Requests[0], point.Requests[1]);
    }

    /// <summary>Proxies are configured for the whole process, so this looks at the handler instead of setting one.</summary>
    [Fact]
    public void Create_UsesNoProxy()
    {
        using var handler = ManagementPointHandler.Create(Some.Site.ManagementPoints[0]);

        Assert.False(handler.UseProxy);
    }

    [Fact(Timeout = Limit)]
    public async Task SubmitAsync_WhenOneRequestIsAnsweredTwice_DoesNotTakeTheSecondForAnother()
    {
        await using var point = RawManagementPoint.Start(
            async connection =>
            {
                await connection.ReadRequestAsync();
                await connection.WriteAsync(RawConnection.Ok + RawConnection.Ok);
                await connection.WaitForCloseAsync();
            },
            connection => connection.AnswerAsync("HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n"));
        var client = new ManagementPointClient(TimeProvider.System);

        await client.SubmitAsync(new(point.Address), Some.SubmissionFor("PC01"), TestContext.Current.CancellationToken);
        var second = await client.SubmitAsync(
            new(point.Address), Some.SubmissionFor("PC02"), TestContext.Current.CancellationToken);

        Assert.Equal(SubmissionVerdict.Refused, second.Verdict);
    }
}
