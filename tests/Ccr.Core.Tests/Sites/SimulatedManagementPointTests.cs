using System.Security.Cryptography.X509Certificates;
using Ccr.Core.Sites;
using Ccr.Core.Tests.Support;
using Ccr.SiteSimulator;
using Ccr.SiteSimulator.Faults;

namespace Ccr.Core.Tests.ManagementPoints;

/// <summary>The client against the simulated management point: what it says agrees with what the simulator kept.</summary>
public sealed class SimulatedManagementPointTests
{
    private const int Limit = 300_000;

    [Theory(Timeout = Limit)]
    [InlineData("status=401", SubmissionVerdict.Refused, "CCR3101")]
    [InlineData("status=404", SubmissionVerdict.Refused, "CCR3103")]
    [InlineData("redirect", SubmissionVerdict.Refused, "CCR3105")]
    [InlineData("status=500", SubmissionVerdict.Unknown, "CCR3301")]
    [InlineData("close", SubmissionVerdict.Unknown, "CCR3303")]
    [InlineData("write+close", SubmissionVerdict.Unknown, "CCR3303")]
    [InlineData("reset", SubmissionVerdict.Unknown, "CCR3303")]
    [InlineData("garbage", SubmissionVerdict.Unknown, "CCR3304")]
    [InlineData("endless-headers", SubmissionVerdict.Unknown, "CCR3304")]
    [InlineData("silence", SubmissionVerdict.Unknown, "CCR3302")]
    [InlineData("slow=1s", SubmissionVerdict.Unknown, "CCR3302")]
    [InlineData("delay=1m", SubmissionVerdict.Unknown, "CCR3302")]
    [InlineData("endless-body", SubmissionVerdict.Accepted, "CCR3001")]
    [InlineData("slow=1ms", SubmissionVerdict.Accepted, "CCR3001")]
    public async Task SubmitAsync_Fault_IsClassifiedAfterOneRequest(string fault, SubmissionVerdict verdict, string code)
    {
        await using var point = await SimulatedManagementPoint.StartAsync(
            new() { Faults = FaultPlan.Parse(fault) }, TestContext.Current.CancellationToken);
        var client = new ManagementPointClient(TimeProvider.System);

        // Short only where it is to run out.
        var target = new ManagementPoint(point.BaseAddress) { TotalTimeout = code == "CCR3302" ? TimeSpan.FromSeconds(4) : TimeSpan.FromMinutes(2) };

        var answer = await client.SubmitAsync(target, Some.Submission, TestContext.Current.CancellationToken);

        Assert.Equal((verdict, code), (answer.Verdict, answer.Reason.Code));
        Assert.Equal(1, point.Submissions);
    }

    [Fact(Timeout = Limit)]
    public async Task SubmitAsync_ManyWhileAThirdGoesWrong_SendsEachOnceAndKnowsWhatItKnows()
    {
        const int Machines = 600;
        var received = new Dictionary<string, int>(StringComparer.Ordinal);
        var status = new Dictionary<string, int?>(StringComparer.Ordinal);
        await using var point = await SimulatedManagementPoint.StartAsync(
            new()
            {
                Faults = FaultPlan.Parse(
                    "close@6%; write+close@6%; reset@6%; status=503@6%; garbage@6%; endless-headers@3%; endless-body@3%; redirect@3%"),
                OnRequest = request =>
                {
                    received[request.Machine!] = received.GetValueOrDefault(request.Machine!) + 1;
                    status[request.Machine!] = request.Status;
                },
            },
            TestContext.Current.CancellationToken);
        var client = new ManagementPointClient(TimeProvider.System);
        var target = new ManagementPoint(point.BaseAddress);
        var answers = new SubmissionAnswer[Machines];

        await Parallel.ForEachAsync(
            Enumerable.Range(0, Machines),
            new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = TestContext.Current.CancellationToken },
            async (n, token) => answers[n] = await client.SubmitAsync(target, Some.SubmissionFor($"PC{n:D4}"), token));

        Assert.Equal(Machines, point.Submissions);
        for (var n = 0; n < Machines; n++)
        {
            var machine = $"PC{n:D4}";
            Assert.Equal(1, received[machine]);
            Assert.NotEqual(SubmissionVerdict.NotSent, answers[n].Verdict);
            if (answers[n].HttpStatus is { } seen) Assert.Equal(status[machine], seen);
            if (status[machine] is null) Assert.Equal(SubmissionVerdict.Unknown, answers[n].Verdict);
        }

        Assert.Contains(answers, answer => answer.Verdict == SubmissionVerdict.Unknown);
        Assert.Contains(answers, answer => answer.Verdict == SubmissionVerdict.Refused);
    }

    [Fact(Timeout = Limit)]
    public async Task SubmitAsync_OverHttps_TrustsTheSimulatorsAuthority()
    {
        await using var point = await SimulatedManagementPoint.StartAsync(
            new() { Https = true }, TestContext.Current.CancellationToken);
        var client = new ManagementPointClient(TimeProvider.System);
        using var authority = X509Certificate2.CreateFromPem(point.CaCertificatePem);

        var answer = await client.SubmitAsync(
            new(point.BaseAddress) { Authorities = [authority] }, Some.Submission, TestContext.Current.CancellationToken);

        Assert.Equal(SubmissionVerdict.Accepted, answer.Verdict);
        Assert.Equal(1, point.CcrsWritten);
    }

    [Fact(Timeout = Limit)]
    public async Task PreflightAsync_OfAManagementPoint_IsSoundAndSubmitsNothing()
    {
        await using var point = await SimulatedManagementPoint.StartAsync(new(), TestContext.Current.CancellationToken);
        var client = new ManagementPointClient(TimeProvider.System);

        var answer = await client.PreflightAsync(new(point.BaseAddress), TestContext.Current.CancellationToken);

        Assert.True(answer.IsSound);
        Assert.Equal($"{point.BaseAddress.Authority} answered 200 to /sms_mp/.sms_aut?mplist", answer.Detail);
        Assert.Equal(0, point.Submissions);
        Assert.Equal(("GET", "/sms_mp/.sms_aut", "mplist"), (point.Requests[0].Method, point.Requests[0].Path, point.Requests[0].Query));
    }

    [Fact(Timeout = Limit)]
    public async Task PreflightAsync_WithALongList_IsSound()
    {
        await using var point = RawManagementPoint.Start(connection => connection.AnswerAsync(
            "HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n<MPList>" + new string(' ', 89_992)));
        var client = new ManagementPointClient(TimeProvider.System);

        var answer = await client.PreflightAsync(new(point.Address), TestContext.Current.CancellationToken);

        Assert.True(answer.IsSound);
    }

    [Fact(Timeout = Limit)]
    public async Task PreflightAsync_OfSomethingElse_SaysWhatItDid()
    {
        await using var point = RawManagementPoint.Start(connection => connection.AnswerAsync(
            "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"));
        var client = new ManagementPointClient(TimeProvider.System);

        var answer = await client.PreflightAsync(new(point.Address), TestContext.Current.CancellationToken);

        Assert.False(answer.IsSound);
        Assert.Equal("CCR3103", answer.Reason.Code);
        Assert.Equal($"{point.Address.Authority} answered 404 to /sms_mp/.sms_aut?mplist", answer.Detail);
    }
}
