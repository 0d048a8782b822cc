using System.Net;
using System.Net.Http.Headers;

namespace Ccr.Core.Sites;

/// <summary>How one exchange with a site ended.</summary>
/// <param name="Status">The status of the answer; null without one.</param>
/// <param name="Answer">What was read of the answer; the default without one.</param>
/// <param name="Failure">Without an answer: what is known.</param>
/// <param name="Elapsed">From the first step to the end.</param>
internal sealed record SiteExchange<T>(int? Status, T? Answer, AnswerClass? Failure, TimeSpan Elapsed);

/// <summary>
/// One exchange over a connection of its own: on one that was kept, an answer that nobody asked for, such as the 408 that some servers and proxies send
/// before they close, would be taken for the answer to the next submission.
/// </summary>
internal static class SiteExchange
{
    /// <summary>Anonymous, then up to two rounds of Negotiate with NTLM inside, and one to spare.</summary>
    private const int RequestsOfAHandshake = 4;

    /// <summary>Sends one request, and reads of its answer what the caller wants. It does not throw for anything that network or site do.</summary>
    public static async Task<SiteExchange<T>> RunAsync<T>(
        ManagementPoint managementPoint, HttpMethod method, Uri uri, ReadOnlyMemory<byte> body, Func<HttpResponseMessage, CancellationToken, Task<T>> read,
        TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        using var content = new SubmissionContent(managementPoint.Credentials is null ? 1 : RequestsOfAHandshake, body);
        if (!body.IsEmpty) content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(method, uri)
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        using var total = new CancellationTokenSource(managementPoint.TotalTimeout, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, total.Token);
        try
        {
            using var invoker = new HttpMessageInvoker(ManagementPointHandler.Create(managementPoint));
            using var response = await invoker.SendAsync(request, ended.Token);
            var answer = await read(response, ended.Token);
            return new SiteExchange<T>((int)response.StatusCode, answer, null, time.GetElapsedTime(started));
        }
        catch (Exception exception)
        {
            // Sealed first: what has not left by now never will, so "not sent" stays true.
            var mayHaveArrived = !content.Seal();
            var interruption = exception is not OperationCanceledException ? Interruption.None
                : cancellationToken.IsCancellationRequested ? Interruption.Caller
                : total.IsCancellationRequested ? Interruption.TotalTimeout
                : Interruption.None;
            return new SiteExchange<T>(null, default, AnswerRules.OfFailure(exception, mayHaveArrived, interruption), time.GetElapsedTime(started));
        }
    }
}
