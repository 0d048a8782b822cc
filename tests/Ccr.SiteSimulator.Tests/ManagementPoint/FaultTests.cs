using System.Net;
using System.Net.Sockets;
using System.Text;
using Ccr.SiteSimulator.Faults;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.SiteSimulator.Tests.ManagementPoint;

public sealed class FaultTests
{
    private const int Limit = 300_000;

    [Fact(Timeout = Limit)]
    public async Task Status_ForOneMachine_IsAnsweredToItAloneWithoutACcr()
    {
        await using var fixture = await SimulatorFixture.StartAsync("status=503@PC01");

        using var hit = await fixture.SubmitAsync("PC01");
        using var missed = await fixture.SubmitAsync("PC02");
        using var list = await fixture.SendAsync("GET", "/sms_mp/.sms_aut?mplist");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, hit.StatusCode);
        Assert.Equal(HttpStatusCode.OK, missed.StatusCode);
        Assert.Equal(HttpStatusCode.OK, list.StatusCode);
        Assert.Equal(["PC02.ccr"], fixture.CcrFiles());
        Assert.Equal(2, fixture.Point.Submissions);
    }

    [Fact(Timeout = Limit)]
    public async Task Faults_SetWhileRunning_HoldForTheRequestsToCome()
    {
        await using var fixture = await SimulatorFixture.StartAsync("status=500");
        using var during = await fixture.SendAsync("GET", "/sms_mp/.sms_aut?mplist");

        fixture.Point.Faults = FaultPlan.None;
        using var after = await fixture.SendAsync("GET", "/sms_mp/.sms_aut?mplist");

        Assert.Equal(HttpStatusCode.InternalServerError, during.StatusCode);
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    [Fact(Timeout = Limit)]
    public async Task Redirect_PointsBackToTheSameRequest()
    {
        await using var fixture = await SimulatorFixture.StartAsync("redirect=307");

        using var response = await fixture.SubmitAsync("PC01");

        Assert.Equal(HttpStatusCode.TemporaryRedirect, response.StatusCode);
        Assert.Equal("/sms_mp/machine.ccr?mn=PC01&dn=CORP&fkey=True", response.Headers.Location?.OriginalString);
    }

    [Fact(Timeout = Limit)]
    public async Task Delay_HoldsBackTheAnswerButNotTheFacts()
    {
        var time = new FakeTimeProvider();
        await using var fixture = await SimulatorFixture.StartAsync("delay=10s", time);

        var answer = fixture.SubmitAsync("PC01");
        await Until(() => fixture.LoggedRequests().Count == 1);
        var fileWasThere = File.Exists(Path.Combine(fixture.Box, "PC01.ccr"));
        var answeredEarly = answer.IsCompleted;
        while (!answer.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            await Task.Yield();
        }

        using var response = await answer;
        Assert.True(fileWasThere);
        Assert.False(answeredEarly);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory(Timeout = Limit)]
    [InlineData("close", false)]
    [InlineData("write+close", true)]
    public async Task Close_EndsTheConnectionWithoutAByte(string fault, bool written)
    {
        await using var fixture = await SimulatorFixture.StartAsync(fault);

        await using var stream = await fixture.SubmitRawAsync("PC01");
        var answer = await ReadToEndAsync(stream);

        Assert.Empty(answer);
        Assert.Equal(["SMS_POST /sms_mp/machine.ccr mn=PC01&dn=CORP&fkey=True -"], fixture.LoggedRequests());
        Assert.Equal(written, File.Exists(Path.Combine(fixture.Box, "PC01.ccr")));
    }

    [Fact(Timeout = Limit)]
    public async Task Reset_ResetsTheConnection()
    {
        await using var fixture = await SimulatorFixture.StartAsync("reset");

        await using var stream = await fixture.SubmitRawAsync("PC01");
        var exception = await Assert.ThrowsAsync<IOException>(() => ReadToEndAsync(stream));

        var reason = Assert.IsType<SocketException>(exception.InnerException);
        Assert.Equal(SocketError.ConnectionReset, reason.SocketErrorCode);
    }

    [Fact(Timeout = Limit)]
    public async Task Silence_SaysNothingUntilTheSimulatorStops()
    {
        await using var fixture = await SimulatorFixture.StartAsync("silence");
        await using var stream = await fixture.SubmitRawAsync("PC01");
        var answer = ReadToEndAsync(stream);
        await Until(() => fixture.Point.Submissions == 1);
        var answeredEarly = answer.IsCompleted;

        await fixture.Point.DisposeAsync();
        await Record.ExceptionAsync(() => answer);

        Assert.False(answeredEarly);
        Assert.True(answer.IsFaulted || (await answer).Length == 0);
    }

    [Fact(Timeout = Limit)]
    public async Task Garbage_IsNotHttp()
    {
        await using var fixture = await SimulatorFixture.StartAsync("garbage");
        await using var stream = await fixture.SubmitRawAsync("PC01");

        var answer = await ReadAsync(stream, bytes: 22);

        Assert.StartsWith("\u0016\u0003\u0001\u00ff this is not HTTP", answer, StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData("endless-body", "HTTP/1.1 200 OK\r\n\r\nxxx")]
    [InlineData("endless-headers", "HTTP/1.1 200 OK\r\nX-Endless: xxx")]
    public async Task Endless_GoesOnForAsLongAsTheClientReads(string fault, string beginning)
    {
        await using var fixture = await SimulatorFixture.StartAsync(fault);
        await using var stream = await fixture.SubmitRawAsync("PC01");

        var answer = await ReadAsync(stream, bytes: 4_000_000);

        Assert.StartsWith(beginning, answer, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task Slow_SendsTheAnswerByteByByte()
    {
        await using var fixture = await SimulatorFixture.StartAsync("slow=1ms+status=404");
        await using var stream = await fixture.SubmitRawAsync("PC01");

        var answer = await ReadAsync(stream, bytes: 64);

        Assert.Equal("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", answer);
        Assert.Equal(["SMS_POST /sms_mp/machine.ccr mn=PC01&dn=CORP&fkey=True 404"], fixture.LoggedRequests());
    }

    [Fact(Timeout = Limit)]
    public async Task Slow_TellsTheClientToTakeAnotherConnectionForTheNextRequest()
    {
        await using var fixture = await SimulatorFixture.StartAsync("slow=1ms@PC01");

        using var slow = await fixture.SendAsync("SMS_POST", "/sms_mp/machine.ccr?mn=PC01&dn=CORP&fkey=True");
        using var next = await fixture.SendAsync("SMS_POST", "/sms_mp/machine.ccr?mn=PC02&dn=CORP&fkey=True");

        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Fact(Timeout = Limit)]
    public async Task Fault_ForARequestThatTheRulesRefuse_DoesNotHit()
    {
        await using var fixture = await SimulatorFixture.StartAsync("close");

        using var response = await fixture.SendAsync("SMS_POST", "/sms_mp/machine.ccr?mn=PC01");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    private static async Task Until(Func<bool> condition)
    {
        while (!condition())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static async Task<byte[]> ReadToEndAsync(NetworkStream stream)
    {
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer, TestContext.Current.CancellationToken);
        return answer.ToArray();
    }

    private static async Task<string> ReadAsync(NetworkStream stream, int bytes)
    {
        var answer = new byte[bytes];
        await stream.ReadExactlyAsync(answer, TestContext.Current.CancellationToken);
        return Encoding.Latin1.GetString(answer);
    }
}
