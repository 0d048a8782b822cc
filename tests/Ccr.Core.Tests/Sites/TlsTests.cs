using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ccr.Core.Sites;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests.ManagementPoints;

public sealed class TlsTests : IDisposable
{
    private const int Limit = 300_000;

    private readonly TestCertificates _certificates = new();
    private readonly ManagementPointClient _client = new(TimeProvider.System);

    public void Dispose() => _certificates.Dispose();

    [Fact(Timeout = Limit)]
    public async Task SubmitAsync_WithThePrivateAuthority_IsAccepted()
    {
        await using var point = StartTls(_certificates.Issue());

        var answer = await SubmitAsync(Trusting(point));

        Assert.Equal(SubmissionVerdict.Accepted, answer.Verdict);
        Assert.Single(point.Requests);
    }

    [Fact(Timeout = Limit)]
    public async Task SubmitAsync_WithoutThePrivateAuthority_IsNotSent()
    {
        await using var point = StartTls(_certificates.Issue());

        var answer = await SubmitAsync(new(point.Address));

        AssertTlsFailed(answer, point);
    }

    [Fact(Timeout = Limit)]
    public async Task SubmitAsync_WithAnotherPrivateAuthority_IsNotSent()
    {
        using var other = new TestCertificates();
        await using var point = StartTls(_certificates.Issue());

        var answer = await SubmitAsync(new(point.Address) { Authorities = [other.Authority] });

        AssertTlsFailed(answer, point);
    }

    [Fact(Timeout = Limit)]
    public async Task SubmitAsync_WithACertificateForAnotherHost_IsNotSentAndSaysSo()
    {
        await using var point = StartTls(_certificates.Issue(IPAddress.Parse("127.0.0.2")));

        var answer = await SubmitAsync(Trusting(point));

        AssertTlsFailed(answer, point);
        Assert.Contains("RemoteCertificateNameMismatch", answer.Detail, StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData(-10, -5)]
    [InlineData(5, 10)]
    public async Task SubmitAsync_WithACertificateOutOfDate_IsNotSentAndSaysSo(int validFromDay, int validToDay)
    {
        await using var point = StartTls(_certificates.Issue(null, validFromDay, validToDay));

        var answer = await SubmitAsync(Trusting(point));

        AssertTlsFailed(answer, point);
        Assert.Contains("NotTimeValid", answer.Detail, StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData("certificate")]
    [InlineData("certificate with colons")]
    [InlineData("key")]
    public async Task SubmitAsync_WithTheRightPin_IsAccepted(string kind)
    {
        var certificate = _certificates.Issue();
        await using var point = StartTls(certificate);

        var answer = await SubmitAsync(Trusting(point) with { Pin = PinOf(certificate, kind) });

        Assert.Equal(SubmissionVerdict.Accepted, answer.Verdict);
    }

    [Theory(Timeout = Limit)]
    [InlineData("certificate")]
    [InlineData("key")]
    public async Task SubmitAsync_WithAnotherPin_IsNotSent(string kind)
    {
        await using var point = StartTls(_certificates.Issue());

        var answer = await SubmitAsync(Trusting(point) with { Pin = PinOf(_certificates.Issue(), kind) });

        Assert.Equal((SubmissionVerdict.NotSent, "CCR3206"), (answer.Verdict, answer.Reason.Code));
        Assert.Empty(point.Requests);
    }

    [Fact(Timeout = Limit)]
    public async Task SubmitAsync_WithTheRightPinButAnUntrustedCertificate_IsNotSent()
    {
        var certificate = _certificates.Issue();
        await using var point = StartTls(certificate);

        var answer = await SubmitAsync(new(point.Address) { Pin = PinOf(certificate, "certificate") });

        AssertTlsFailed(answer, point);
    }

    [Fact(Timeout = Limit)]
    public async Task SubmitAsync_WhenThePortSpeaksPlainHttp_IsNotSent()
    {
        await using var point = RawManagementPoint.Start(async connection =>
        {
            await connection.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n");
            await connection.WaitForCloseAsync();
        });

        var answer = await SubmitAsync(new(new UriBuilder(point.Address) { Scheme = "https" }.Uri));

        AssertTlsFailed(answer, point);
    }

    [Fact(Timeout = Limit)]
    public async Task SubmitAsync_WhenTheServerClosesInTheHandshake_IsNotSent()
    {
        await using var point = RawManagementPoint.Start(_ => Task.CompletedTask);

        var answer = await SubmitAsync(new(new UriBuilder(point.Address) { Scheme = "https" }.Uri));

        AssertTlsFailed(answer, point);
    }

    [Theory(Timeout = Limit)]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task SubmitAsync_WithAClientCertificate_ShowsIt(SslProtocols protocol)
    {
        var certificate = _certificates.Issue();
        string? shown = null;
        await using var point = StartTls(_certificates.Issue(), protocol, seen => (shown = seen?.GetCertHashString()) is not null);

        var answer = await SubmitAsync(Trusting(point) with { ClientCertificate = certificate });

        Assert.Equal(SubmissionVerdict.Accepted, answer.Verdict);
        Assert.Equal(certificate.GetCertHashString(), shown);
    }

    /// <summary>A server may look at the client's certificate after the hand-shake, when the request is under way.</summary>
    [Theory(Timeout = Limit)]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task SubmitAsync_WithoutTheRequiredClientCertificate_IsUnknown(SslProtocols protocol)
    {
        await using var point = StartTls(_certificates.Issue(), protocol, seen => seen is not null);

        var answer = await SubmitAsync(Trusting(point));

        Assert.Equal((SubmissionVerdict.Unknown, "CCR3303"), (answer.Verdict, answer.Reason.Code));
    }

    private static void AssertTlsFailed(SubmissionAnswer answer, RawManagementPoint point)
    {
        Assert.Equal((SubmissionVerdict.NotSent, "CCR3205"), (answer.Verdict, answer.Reason.Code));
        Assert.Empty(point.Requests);
    }

    private static CertificatePin PinOf(X509Certificate2 certificate, string kind)
    {
        var hash = SHA256.HashData(certificate.RawData);
        var text = kind switch
        {
            "certificate" => Convert.ToHexStringLower(hash),
            "certificate with colons" => Convert.ToHexString(hash).Chunk(2).Select(pair => new string(pair)).Aggregate((a, b) => $"{a}:{b}"),
            _ => "sha256/" + Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo())),
        };
        Assert.True(CertificatePin.TryParse(text, out var pin));
        return pin;
    }

    private static RawManagementPoint StartTls(
        X509Certificate2 certificate, SslProtocols protocol = SslProtocols.None, Func<X509Certificate?, bool>? validate = null) =>
        RawManagementPoint.StartTls(
            new SslServerAuthenticationOptions
            {
                ServerCertificate = certificate,
                EnabledSslProtocols = protocol,
                ClientCertificateRequired = validate is not null,
                RemoteCertificateValidationCallback = (_, shown, _, _) => validate?.Invoke(shown) ?? true,
            },
            connection => connection.AnswerAsync(RawConnection.Ok));

    private ManagementPoint Trusting(RawManagementPoint point) => new(point.Address) { Authorities = [_certificates.Authority] };

    private Task<SubmissionAnswer> SubmitAsync(ManagementPoint point) =>
        _client.SubmitAsync(point, Some.Submission, TestContext.Current.CancellationToken);
}
