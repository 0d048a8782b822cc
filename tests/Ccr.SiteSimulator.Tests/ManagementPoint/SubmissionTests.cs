using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.SiteSimulator.Tests.ManagementPoint;

public sealed class SubmissionTests
{
    private const int Limit = 300_000;

    [Fact(Timeout = Limit)]
    public async Task Submission_WellFormed_WritesTheDocumentedCcrFile()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2006, 2, 6, 23, 5, 0, TimeSpan.Zero));
        await using var fixture = await SimulatorFixture.StartAsync(time: time);

        using var response = await fixture.SubmitAsync("PC01", "CONTOSO");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["PC01.ccr"], fixture.CcrFiles());
        Assert.Equal(
            """
            [NT Client Configuration Request]
            Machine Name=PC01
            Domain=CONTOSO
            Initial Request Date=02/06/2006 23:05
            Latest Request Date=02/06/2006 23:05
            Client Request Count=1
            Forced CCR=TRUE

            """.ReplaceLineEndings("\r\n"),
            await fixture.ReadCcrAsync("PC01.ccr"));
    }

    [Fact(Timeout = Limit)]
    public async Task Submission_Repeated_UpdatesCountAndLatestDateEvenAfterRestart()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2006, 2, 6, 23, 5, 0, TimeSpan.Zero));
        await using var fixture = await SimulatorFixture.StartAsync(time: time);
        using var first = await fixture.SubmitAsync("PC01");
        await fixture.StartAgainAsync(time: time);
        time.Advance(TimeSpan.FromHours(2));

        using var second = await fixture.SubmitAsync("pc01", "OTHER", force: false);

        var text = await fixture.ReadCcrAsync("PC01.ccr");
        Assert.Contains("Initial Request Date=02/06/2006 23:05\r\n", text, StringComparison.Ordinal);
        Assert.Contains("Latest Request Date=02/07/2006 01:05\r\n", text, StringComparison.Ordinal);
        Assert.Contains("Client Request Count=2\r\n", text, StringComparison.Ordinal);
        Assert.Contains("Domain=OTHER\r\nInitial", text, StringComparison.Ordinal);
        Assert.Contains("Forced CCR=FALSE\r\n", text, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task Submission_OverAForeignFile_StartsAnew()
    {
        await using var fixture = await SimulatorFixture.StartAsync();
        await File.WriteAllTextAsync(
            Path.Combine(fixture.Box, "PC01.ccr"), "not = ini\0", TestContext.Current.CancellationToken);

        using var response = await fixture.SubmitAsync("PC01");

        Assert.Contains("Client Request Count=1\r\n", await fixture.ReadCcrAsync("PC01.ccr"), StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData("/sms_mp/machine.ccr?mn=PC01&dn=CORP&fkey=True")]
    [InlineData("/SMS_MP/Machine.CCR?MN=PC01&Dn=CORP&FKEY=true")]
    [InlineData("/sms_mp/machine.ccr?dn=CORP&mn=PC01")]
    public async Task Submission_InAnyCaseOrOrder_IsTaken(string target)
    {
        await using var fixture = await SimulatorFixture.StartAsync();

        using var response = await fixture.SendAsync("SMS_POST", target);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(File.Exists(Path.Combine(fixture.Box, "PC01.ccr")));
    }

    [Theory(Timeout = Limit)]
    [InlineData("")]
    [InlineData("?mn=PC01")]
    [InlineData("?dn=CORP")]
    [InlineData("?mn=&dn=CORP")]
    [InlineData("?mn=PC01&mn=PC02&dn=CORP")]
    [InlineData("?mn=PC01&dn=CORP&fkey=True&fkey=False")]
    [InlineData("?mn=PC01&dn=CORP&fkey=yes")]
    [InlineData("?mn=PC01%0d%0aDomain=EVIL&dn=CORP")]
    [InlineData("?mn=PC01&dn=CORP%0a[Request Processing]")]
    [InlineData("?mn=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA&dn=CORP")]
    public async Task Submission_Malformed_IsRefusedAndWritesNothing(string query)
    {
        await using var fixture = await SimulatorFixture.StartAsync();

        using var response = await fixture.SendAsync("SMS_POST", "/sms_mp/machine.ccr" + query);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Empty(fixture.CcrFiles());
        Assert.Equal(1, fixture.Point.Submissions);
        Assert.Equal(0, fixture.Point.CcrsWritten);
    }

    [Fact(Timeout = Limit)]
    public async Task Submission_WithABody_IsRefused()
    {
        await using var fixture = await SimulatorFixture.StartAsync();

        using var response = await fixture.SendAsync(
            "SMS_POST", "/sms_mp/machine.ccr?mn=PC01&dn=CORP", new StringContent("x"));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Theory(Timeout = Limit)]
    [InlineData("..%2f..%2fescaped", "%2E%2E%2F%2E%2E%2FESCAPED.ccr")]
    [InlineData("..%5cescaped", "%2E%2E%5CESCAPED.ccr")]
    [InlineData("%2fetc%2fpasswd", "%2FETC%2FPASSWD.ccr")]
    [InlineData("C:evil", "C%3AEVIL.ccr")]
    [InlineData("nul", "%4EUL.ccr")]
    [InlineData(".", "%2E.ccr")]
    [InlineData("a b%25c", "A%20B%25C.ccr")]
    [InlineData("%ef%bc%b0C", "%EF%BC%B0C.ccr")]
    public async Task Submission_WithADangerousName_StaysInTheFolder(string machine, string file)
    {
        await using var fixture = await SimulatorFixture.StartAsync();

        using var response = await fixture.SubmitAsync(machine);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var written = Directory.GetFiles(fixture.Folder, "*.ccr", SearchOption.AllDirectories);
        Assert.Equal([Path.Combine(fixture.Box, file)], written);
    }

    [Fact(Timeout = Limit)]
    public async Task Submission_WhenTheFileCannotBeWritten_IsAnsweredWith500()
    {
        await using var fixture = await SimulatorFixture.StartAsync();
        Directory.CreateDirectory(Path.Combine(fixture.Box, "PC01.ccr"));

        using var response = await fixture.SubmitAsync("PC01");

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal(["SMS_POST /sms_mp/machine.ccr mn=PC01&dn=CORP&fkey=True 500"], fixture.LoggedRequests());
    }

    [Fact(Timeout = Limit)]
    public async Task Submissions_ManyAtOnce_AreAllCountedLoggedAndWritten()
    {
        await using var fixture = await SimulatorFixture.StartAsync();

        await Task.WhenAll(Enumerable.Range(0, 100).Select(async n =>
        {
            using var response = await fixture.SubmitAsync($"PC{n % 10}");
            response.EnsureSuccessStatusCode();
        }));

        Assert.Equal(100, fixture.Point.Submissions);
        Assert.Equal(100, fixture.LoggedRequests().Count);
        Assert.Equal(10, fixture.CcrFiles().Count);
        Assert.Contains("Client Request Count=10\r\n", await fixture.ReadCcrAsync("PC7.ccr"), StringComparison.Ordinal);
    }
}
