using Azure.Core;
using Ccr.Core.Sites;

namespace Ccr.Hosting.Relay;

/// <summary>What is known about a request after it was sent through the relay.</summary>
public enum RelayDelivery
{
    /// <summary>A listener answered.</summary>
    Answered,

    /// <summary>No listener has it, for certain.</summary>
    NotDelivered,

    /// <summary>A listener may have it.</summary>
    Unknown,
}

/// <summary>How a request through the relay ended.</summary>
/// <param name="Delivery">What is known about it.</param>
/// <param name="Status">The status of the answer, the listener's or the relay's; null without one.</param>
/// <param name="Body">The body of the listener's answer; empty otherwise.</param>
/// <param name="Reason">What went wrong; null when a listener answered.</param>
/// <param name="Detail">The same in one line for people; empty when a listener answered.</param>
/// <param name="Elapsed">How long it took.</param>
public sealed record RelayReply(RelayDelivery Delivery, int? Status, ReadOnlyMemory<byte> Body, ReasonCode? Reason, string Detail, TimeSpan Elapsed);

/// <summary>Sends requests to whoever listens on a hybrid connection: one attempt each, over a connection of its own.</summary>
/// <param name="options">The hybrid connection; sound.</param>
/// <param name="time">The clock.</param>
/// <param name="credential">Who asks Entra ID; null for whatever identity is there.</param>
/// <param name="handler">What exchanges requests for answers, for tests; null for HTTP.</param>
public sealed class RelaySender(RelayOptions options, TimeProvider time, TokenCredential? credential = null, HttpMessageHandler? handler = null) : IDisposable
{
    private readonly HttpMessageInvoker _http = new(handler ?? RelayHttp.CreateHandler(options));
    private readonly RelayTokens _tokens = new(options, time, credential);

    /// <summary>Sends one request and waits for the answer. It never throws for what happens on the way, and not when it is cancelled either.</summary>
    /// <param name="method">Any method but CONNECT.</param>
    /// <param name="path">What follows the endpoint, for example <c>/submit</c>; empty for the endpoint itself.</param>
    /// <param name="body">The whole body.</param>
    /// <param name="cancellationToken">Gives up: the reply then says whether the request was sent.</param>
    public async Task<RelayReply> SendAsync(string method, string path, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var content = new SubmissionContent(allowedRequests: 1, body);
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(options.Endpoint!.AbsoluteUri.TrimEnd('/') + path)) { Content = content };
        using var patience = new CancellationTokenSource(options.AnswerTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        RelayReply reply;
        try
        {
            reply = await ExchangeAsync(request, either.Token);
        }
        catch (Exception exception)
        {
            var (delivery, reason) = RelayAnswerRules.OfFailure(exception, !content.Seal(), cancellationToken.IsCancellationRequested);
            reply = Failed(delivery, null, RelayFault.Of(reason, options, exception));
        }

        return reply with { Elapsed = time.GetElapsedTime(began) };
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static RelayReply Failed(RelayDelivery delivery, int? status, RelayFault fault) =>
        new(delivery, status, default, fault.Reason, fault.Message, default);

    private async Task<RelayReply> ExchangeAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var (token, missing) = await _tokens.GetAsync(cancellationToken);
        if (token is null) return Failed(RelayDelivery.NotDelivered, null, missing!);
        request.Headers.TryAddWithoutValidation(RelayHttp.TokenHeader, token.Text);

        using var response = await _http.SendAsync(request, cancellationToken);
        var status = (int)response.StatusCode;
        if (!RelayAnswerRules.IsOfListener(response.Headers.Via, options.Endpoint!))
        {
            var (delivery, reason) = RelayAnswerRules.OfRelay(status);
            return Failed(delivery, status, RelayFault.Of(reason, options, $"it answered {status}"));
        }

        return await ReadAsync(response, cancellationToken) is { } answer
            ? new RelayReply(RelayDelivery.Answered, status, answer, null, "", default)
            : Failed(RelayDelivery.Unknown, status, RelayFault.Of(RelayReasons.AnswerUnreadable, options, $"it has more than {options.MaxAnswerBytes} bytes"));
    }

    /// <summary>The body of an answer; null if it is too large.</summary>
    private async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var read = await BodyStart.ReadAsync(response.Content, options.MaxAnswerBytes + 1, cancellationToken);
        if (read.Length > options.MaxAnswerBytes) return null;
        return read;
    }
}
