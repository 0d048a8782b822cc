using Azure.Core;

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

/// <summary>Sends requests to whoever listens on a hybrid connection: one attempt each.</summary>
public sealed class RelaySender(RelayOptions options, TimeProvider time, TokenCredential? credential = null, HttpMessageHandler? handler = null) : IDisposable
{
    /// <summary>Sends one request and waits for the answer. It throws only when it is cancelled.</summary>
    /// <param name="method">Any method but CONNECT.</param>
    /// <param name="path">What follows the endpoint, for example <c>/submit</c>; empty for the endpoint itself.</param>
    /// <param name="body">The whole body.</param>
    /// <param name="cancellationToken">Gives up; what became of the request is then unknown.</param>
    public Task<RelayReply> SendAsync(string method, string path, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"{options}{time}{credential}{handler}");

    /// <inheritdoc/>
    public void Dispose() => handler?.Dispose();
}
