using System.Net.Http.Headers;

namespace Ccr.Samples;

/// <summary>
/// Posts terminal results and final verifications as they are. The message id is the idempotency key: whoever receives it twice, does nothing the second
/// time.
/// </summary>
internal sealed class Webhook(HttpClient http) : IMessageUse
{
    private const string KeyHeader = "Idempotency-Key";

    public async Task UseAsync(string messageId, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        // The subscription's filter has left these out already; a forgotten rule $Default would let them in.
        var isFinal = ResultsMessage.Read(body) switch
        {
            { Type: ResultsMessage.Result, Data.Outcome: not ("Deferred" or "Dispatched") } => true,
            { Type: ResultsMessage.Verification, Data.Outcome: not "InRetry" } => true,
            _ => false,
        };
        if (!isFinal) return;

        using var request = new HttpRequestMessage(HttpMethod.Post, "") { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/cloudevents+json");
        request.Headers.Add(KeyHeader, messageId);
        await http.CallAsync(request, cancellationToken);
    }
}
