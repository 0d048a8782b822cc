using System.Net;

namespace Ccr.Samples;

/// <summary>Says of an HTTP call what it means for the message.</summary>
internal static class HttpCalls
{
    /// <summary>A client that follows no redirect: a token and a body go where they were meant to go.</summary>
    public static HttpClient CreateClient(Uri target) => new(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        BaseAddress = target,
        Timeout = TimeSpan.FromSeconds(30),
    };

    /// <summary>The answer's body, when it is a success.</summary>
    /// <exception cref="NotNowException">No answer, 408, 429 or 5xx.</exception>
    /// <exception cref="RefusedException">Any other answer.</exception>
    public static async Task<byte[]> CallAsync(this HttpClient http, HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        return await http.CallAsync(request, cancellationToken);
    }

    /// <inheritdoc cref="CallAsync(HttpClient, HttpMethod, string, HttpContent?, CancellationToken)"/>
    public static async Task<byte[]> CallAsync(this HttpClient http, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.SendAsync(request, cancellationToken);
            if (answer.IsSuccessStatusCode) return await answer.Content.ReadAsByteArrayAsync(cancellationToken);

            var said = $"{request.Method} was answered with {(int)answer.StatusCode}";
            throw answer.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError
                ? new NotNowException(said)
                : new RefusedException(said);
        }
        catch (Exception fault) when (fault is HttpRequestException || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new NotNowException($"{request.Method} had no answer ({fault.GetType().Name})");
        }
    }
}
