using System.Net;
using System.Net.Security;
using System.Text;
using Ccr.Core.Configuration;
using Ccr.Core.Sites;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests.ManagementPoints;

/// <summary>
/// With HTTP authentication one submission may take several requests: all but the last are answered with 401, before the management point's module
/// runs, so that they write no CCR.
/// </summary>
public sealed class AuthenticationTests : IDisposable
{
    private const int Limit = 300_000;
    private const string Challenge = "HTTP/1.1 401 X\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n";

    private readonly TestCertificates _certificates = new();
    private readonly ManagementPointClient _client = new(TimeProvider.System);

    public void Dispose() => _certificates.Dispose();

    [Fact(Timeout = Limit)]
    public async Task SubmitAsync_WithoutCredentials_TakesA401AsItIs()
    {
        await using var point = RawManagementPoint.Start(connection => connection.AnswerAsync(Challenge, RawConnection.Ok));

        var answer = await SubmitAsync(new(point.Address));

        Assert.Equal((SubmissionVerdict.Refused, "CCR3101", 401), (answer.Verdict, answer.Reason.Code, answer.HttpStatus));
        Assert.Single(point.Requests);
    }

    [Fact(Timeout = Limit)]
    public async Task SubmitAsync_WithAnAccountOverHttps_AnswersABasicChallengeOnce()
    {
        await using var point = StartTls(connection => connection.AnswerAsync(Challenge, RawConnection.Ok));

        var answer = await SubmitAsync(Named(point));

        Assert.Equal(SubmissionVerdict.Accepted, answer.Verdict);
        Assert.Equal(2, point.Requests.Count);
        Assert.DoesNotContain("Authorization", point.Requests[0], StringComparison.Ordinal);
        Assert.Contains(
            $"\r\nAuthorization: Basic {Convert.ToBase64String(Encoding.ASCII.GetBytes("CORP\\svc:secret"))}\r\n",
            point.Requests[1],
            StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task SubmitAsync_WithAnAccountOverHttp_NeverShowsThePassword()
    {
        await using var point = RawManagementPoint.Start(connection => connection.AnswerAsync(Challenge, RawConnection.Ok));

        var answer = await SubmitAsync(Named(point));

        Assert.Equal(SubmissionVerdict.Refused, answer.Verdict);
        Assert.DoesNotContain("Authorization", Assert.Single(point.Requests), StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task SubmitAsync_WithAnAccountThatIsRefused_EndsAfterTwoRequests()
    {
        await using var point = StartTls(connection => connection.AnswerAsync(Challenge));

        var answer = await SubmitAsync(Named(point));

        Assert.Equal((SubmissionVerdict.Refused, "CCR3101"), (answer.Verdict, answer.Reason.Code));
        Assert.Equal(2, point.Requests.Count);
    }

    [Fact(Timeout = Limit)]
    public async Task SubmitAsync_WithAnAccountWhenTheConnectionDiesAtOnce_SendsOnce()
    {
        await using var point = StartTls(connection => connection.ReadRequestAsync());

        var answer = await SubmitAsync(Named(point));

        Assert.Equal(SubmissionVerdict.Unknown, answer.Verdict);
        Assert.Single(point.Requests);
    }

    [Fact(Timeout = Limit)]
    public async Task SubmitAsync_WithAnAccountWhenTheConnectionDiesAfterTheChallenge_IsUnknownAndNotRepeated()
    {
        await using var point = StartTls(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.WriteAsync(Challenge);
            await connection.ReadRequestAsync();
        });

        var answer = await SubmitAsync(Named(point));

        Assert.Equal((SubmissionVerdict.Unknown, "CCR3303"), (answer.Verdict, answer.Reason.Code));
        Assert.Equal(2, point.Requests.Count);
    }

    [Theory(Timeout = Limit)]
    [InlineData("Negotiate")]
    [InlineData("NTLM")]
    [InlineData("Unheard-Of")]
    public async Task SubmitAsync_WithTheProcessAccountThatIsRefused_EndsWithinAHandshake(string scheme)
    {
        await using var point = RawManagementPoint.Start(connection => connection.AnswerAsync(
            $"HTTP/1.1 401 X\r\nWWW-Authenticate: {scheme}\r\nContent-Length: 0\r\n\r\n"));

        var answer = await SubmitAsync(new(point.Address) { Credentials = CredentialCache.DefaultCredentials });

        Assert.Equal((SubmissionVerdict.Refused, "CCR3101"), (answer.Verdict, answer.Reason.Code));
        Assert.InRange(point.Requests.Count, 1, 4);
    }

    private static ManagementPoint NamedPoint(Uri address)
    {
        var faults = new List<ConfigurationFault>();
        var options = new ManagementPointOptions
        {
            Address = address.ToString(),
            Authentication = ManagementPointAuthentication.Named,
            UserName = @"CORP\svc",
            Password = "secret",
        };
        var point = ManagementPointBuilder.Build(options, SiteTransport.Direct, "Ccr", faults);
        Assert.Empty(faults);
        return point!;
    }

    private ManagementPoint Named(RawManagementPoint point) =>
        NamedPoint(point.Address) with { Authorities = [_certificates.Authority] };

    private RawManagementPoint StartTls(Func<RawConnection, Task> script) => RawManagementPoint.StartTls(
        new SslServerAuthenticationOptions { ServerCertificate = _certificates.Issue() }, script);

    private Task<SubmissionAnswer> SubmitAsync(ManagementPoint point) =>
        _client.SubmitAsync(point, Some.Submission, TestContext.Current.CancellationToken);
}
