using Ccr.Core.Sites;
using Ccr.Core.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.Core.Tests.ManagementPoints;

/// <summary>Everything a management point can do to a submission: each has one class, in bounded time and memory.</summary>
public sealed class ManagementPointFaultTests
{
    private const int Limit = 300_000;
    private const int Megabyte = 1024 * 1024;

    /// <summary>What the fault does to a connection, by name. Each is met with one request at most.</summary>
    private static readonly Dictionary<string, Func<RawConnection, Task>> Scripts = new(StringComparer.Ordinal)
    {
        ["close before the request"] = _ => Task.CompletedTask,
        ["close after the request"] = c => c.ReadRequestAsync(),
        ["reset after the request"] = async c => { await c.ReadRequestAsync(); c.Reset(); },
        ["close within the status line"] = c => AnswerOnceAsync(c, "HTTP/1.1 20"),
        ["close within the headers"] = c => AnswerOnceAsync(c, "HTTP/1.1 200 OK\r\nContent-Le"),
        ["garbage"] = c => AnswerOnceAsync(c, "\u0016\u0003\u0001\u0002\u0000 no HTTP at all\r\n\r\n"),
        ["an empty line"] = c => AnswerOnceAsync(c, "\r\n\r\n"),
        ["another protocol"] = c => AnswerOnceAsync(c, "SSH-2.0-OpenSSH_9.6\r\n"),
        ["a status that is no number"] = c => AnswerOnceAsync(c, "HTTP/1.1 abc OK\r\n\r\n"),
        ["a broken header"] = c => AnswerOnceAsync(c, "HTTP/1.1 200 OK\r\nno colon here\r\n\r\n"),
        ["too many headers"] = c => AnswerOnceAsync(c, "HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat("X-Y: z\r\n", 10_000))),
        ["a long header"] = c => AnswerOnceAsync(c, "HTTP/1.1 200 OK\r\nX: " + new string('x', 100_000)),
        ["interim answers, then close"] = c => AnswerOnceAsync(c, string.Concat(Enumerable.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 100))),
        ["200 with garbage"] = c => c.AnswerAsync("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\u0000\u0001\u0002\u00ff"),
        ["200, then close within the body"] = c => AnswerOnceAsync(c, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nx"),
        ["200 with a broken chunk"] = c => AnswerOnceAsync(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        ["HTTP/1.0 200"] = c => AnswerOnceAsync(c, "HTTP/1.0 200 OK\r\n\r\n"),
    };

    [Theory(Timeout = Limit)]
    [InlineData("close before the request", SubmissionVerdict.Unknown, "CCR3303")]
    [InlineData("close after the request", SubmissionVerdict.Unknown, "CCR3303")]
    [InlineData("reset after the request", SubmissionVerdict.Unknown, "CCR3303")]
    [InlineData("close within the status line", SubmissionVerdict.Unknown, "CCR3303")]
    [InlineData("close within the headers", SubmissionVerdict.Unknown, "CCR3303")]
    [InlineData("garbage", SubmissionVerdict.Unknown, "CCR3304")]
    [InlineData("an empty line", SubmissionVerdict.Unknown, "CCR3304")]
    [InlineData("another protocol", SubmissionVerdict.Unknown, "CCR3304")]
    [InlineData("a status that is no number", SubmissionVerdict.Unknown, "CCR3304")]
    [InlineData("a broken header", SubmissionVerdict.Unknown, "CCR3304")]
    [InlineData("too many headers", SubmissionVerdict.Unknown, "CCR3304")]
    [InlineData("a long header", SubmissionVerdict.Unknown, "CCR3304")]
    [InlineData("interim answers, then close", SubmissionVerdict.Unknown, "CCR3303")]
    [InlineData("200 with garbage", SubmissionVerdict.Accepted, "CCR3001")]
    [InlineData("200, then close within the body", SubmissionVerdict.Accepted, "CCR3001")]
    [InlineData("200 with a broken chunk", SubmissionVerdict.Accepted, "CCR3001")]
    [InlineData("HTTP/1.0 200", SubmissionVerdict.Accepted, "CCR3001")]
    public async Task SubmitAsync_Fault_IsClassifiedAfterOneRequest(string fault, SubmissionVerdict verdict, string code)
    {
        await using var point = RawManagementPoint.Start(Scripts[fault]);
        var client = new ManagementPointClient(TimeProvider.System);

        var answer = await client.SubmitAsync(new(point.Address), Some.Submission, TestContext.Current.CancellationToken);

        Assert.Equal((verdict, code), (answer.Verdict, answer.Reason.Code));
        Assert.InRange(point.Requests.Count, 0, 1);
        Assert.Equal(1, point.Connections);
    }

    [Theory(Timeout = Limit)]
    [InlineData("silence", "")]
    [InlineData("a byte now and then", "HTTP/1.1 2")]
    [InlineData("headers without end, slowly", "HTTP/1.1 200 OK\r\nX: y\r\n")]
    public async Task SubmitAsync_AnswerThatDoesNotEnd_IsUnknownAfterTheTotalTimeout(string fault, string beginning)
    {
        Assert.NotEmpty(fault);
        var time = new FakeTimeProvider();
        var began = new TaskCompletionSource();
        await using var point = RawManagementPoint.Start(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.WriteAsync(beginning);
            began.SetResult();
            await connection.WaitForCloseAsync();
        });
        var client = new ManagementPointClient(time);

        var submitting = client.SubmitAsync(new(point.Address), Some.Submission, TestContext.Current.CancellationToken);
        await began.Task;
        time.Advance(ManagementPoint.DefaultTotalTimeout - TimeSpan.FromSeconds(1));
        var early = submitting.IsCompleted;
        time.Advance(TimeSpan.FromSeconds(1));
        var answer = await submitting;

        Assert.False(early);
        Assert.Equal((SubmissionVerdict.Unknown, "CCR3302"), (answer.Verdict, answer.Reason.Code));
        Assert.Equal(ManagementPoint.DefaultTotalTimeout, answer.Elapsed);
        Assert.Single(point.Requests);
    }

    [Theory(Timeout = Limit)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\n", "", SubmissionVerdict.Accepted)]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", "", SubmissionVerdict.Accepted)]
    [InlineData("HTTP/1.1 503 X\r\nContent-Length: 10737418240\r\n\r\n", "", SubmissionVerdict.Unknown)]
    [InlineData("HTTP/1.1 200 OK\r\n", "X: ", SubmissionVerdict.Unknown)]
    [InlineData("", "", SubmissionVerdict.Unknown)]
    public async Task SubmitAsync_AnswerWithoutEnd_IsCutOffAfterAFewKilobytes(
        string head, string line, SubmissionVerdict verdict)
    {
        var cutOff = new TaskCompletionSource<long>();
        await using var point = RawManagementPoint.Start(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.WriteAsync(head);
            var filler = line + new string('x', 8 * 1024) + (line.Length > 0 ? "\r\n" : "");
            try
            {
                while (true) await connection.WriteAsync(filler);
            }
            finally
            {
                cutOff.TrySetResult(connection.Written);
            }
        });
        var client = new ManagementPointClient(TimeProvider.System);

        var answer = await client.SubmitAsync(new(point.Address), Some.Submission, TestContext.Current.CancellationToken);
        var written = await cutOff.Task.WaitAsync(TestContext.Current.CancellationToken);

        // What the system's socket buffers hold counts as written too, and they can grow to some 40 megabytes.
        Assert.Equal(verdict, answer.Verdict);
        Assert.InRange(written, 1, 64 * Megabyte);
    }

    [Fact(Timeout = Limit)]
    public async Task SubmitAsync_WhenNothingListens_IsNotSent()
    {
        var client = new ManagementPointClient(TimeProvider.System);

        var answer = await client.SubmitAsync(
            new(await FreeAddressAsync()), Some.Submission, TestContext.Current.CancellationToken);

        Assert.Equal((SubmissionVerdict.NotSent, "CCR3202"), (answer.Verdict, answer.Reason.Code));
        Assert.EndsWith(" refused the connection", answer.Detail, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task SubmitAsync_WhenTheNameIsUnknown_IsNotSent()
    {
        var client = new ManagementPointClient(TimeProvider.System);

        var answer = await client.SubmitAsync(
            new(new Uri("http://mp01.invalid/")), Some.Submission, TestContext.Current.CancellationToken);

        Assert.Equal((SubmissionVerdict.NotSent, "CCR3201"), (answer.Verdict, answer.Reason.Code));
        Assert.Equal("mp01.invalid has a name that cannot be resolved", answer.Detail);
    }

    [Fact(Timeout = Limit)]
    public async Task SubmitAsync_WhenNoConnectionComesAbout_IsNotSentAfterTheConnectTimeout()
    {
        // The kernel completes TCP by itself; a TLS hand-shake that nobody answers is as far as a connection stays away.
        await using var point = RawManagementPoint.Start(connection => connection.WaitForCloseAsync());
        var client = new ManagementPointClient(TimeProvider.System);
        var address = new UriBuilder(point.Address) { Scheme = "https" }.Uri;

        var answer = await client.SubmitAsync(
            new(address) { ConnectTimeout = TimeSpan.FromMilliseconds(300) }, Some.Submission, TestContext.Current.CancellationToken);

        Assert.Equal((SubmissionVerdict.NotSent, "CCR3204"), (answer.Verdict, answer.Reason.Code));
        Assert.InRange(answer.Elapsed, TimeSpan.FromMilliseconds(250), TimeSpan.FromMinutes(2));
    }

    [Fact(Timeout = Limit)]
    public async Task SubmitAsync_WhenTheTotalTimeRunsOutBeforeAConnection_IsNotSent()
    {
        var time = new FakeTimeProvider();
        await using var point = RawManagementPoint.Start(connection => connection.WaitForCloseAsync());
        var client = new ManagementPointClient(time);
        var address = new UriBuilder(point.Address) { Scheme = "https" }.Uri;

        var submitting = client.SubmitAsync(new(address), Some.Submission, TestContext.Current.CancellationToken);
        time.Advance(ManagementPoint.DefaultTotalTimeout);
        var answer = await submitting;

        Assert.Equal((SubmissionVerdict.NotSent, "CCR3204"), (answer.Verdict, answer.Reason.Code));
    }

    [Fact(Timeout = Limit)]
    public async Task SubmitAsync_CancelledBeforeAConnection_IsNotSent()
    {
        await using var point = RawManagementPoint.Start(connection => connection.WaitForCloseAsync());
        var client = new ManagementPointClient(TimeProvider.System);
        using var caller = new CancellationTokenSource();
        var address = new UriBuilder(point.Address) { Scheme = "https" }.Uri;

        var submitting = client.SubmitAsync(new(address), Some.Submission, caller.Token);
        await caller.CancelAsync();
        var answer = await submitting;

        Assert.Equal((SubmissionVerdict.NotSent, "CCR3207"), (answer.Verdict, answer.Reason.Code));
    }

    [Fact(Timeout = Limit)]
    public async Task SubmitAsync_CancelledFromTheBeginning_OpensNoConnection()
    {
        await using var point = RawManagementPoint.Start(connection => connection.AnswerAsync(RawConnection.Ok));
        var client = new ManagementPointClient(TimeProvider.System);

        var answer = await client.SubmitAsync(new(point.Address), Some.Submission, new CancellationToken(canceled: true));

        Assert.Equal((SubmissionVerdict.NotSent, "CCR3207"), (answer.Verdict, answer.Reason.Code));
        Assert.Equal(0, point.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task SubmitAsync_CancelledAfterTheRequest_IsUnknown()
    {
        await using var point = RawManagementPoint.Start(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.WaitForCloseAsync();
        });
        var client = new ManagementPointClient(TimeProvider.System);
        using var caller = new CancellationTokenSource();

        var submitting = client.SubmitAsync(new(point.Address), Some.Submission, caller.Token);
        await point.WaitForRequestsAsync(1, TestContext.Current.CancellationToken);
        await caller.CancelAsync();
        var answer = await submitting;

        Assert.Equal((SubmissionVerdict.Unknown, "CCR3306"), (answer.Verdict, answer.Reason.Code));
    }

    private static async Task AnswerOnceAsync(RawConnection connection, string answer)
    {
        await connection.ReadRequestAsync();
        await connection.WriteAsync(answer);
    }

    private static async Task<Uri> FreeAddressAsync()
    {
        await using var point = RawManagementPoint.Start(_ => Task.CompletedTask);
        return point.Address;
    }
}
