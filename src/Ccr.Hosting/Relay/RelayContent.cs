using System.Net;

namespace Ccr.Hosting.Relay;

/// <summary>
/// The body of a relayed request. That it is always there, and refuses to be sent twice, keeps the client from repeating a request by itself; and it
/// knows whether anything was sent: it is asked for its bytes before the first byte of the request leaves.
/// </summary>
internal sealed class RelayContent(ReadOnlyMemory<byte> body) : HttpContent
{
    private int _state;

    /// <summary>Lets nothing out from now on. True when nothing was let out before.</summary>
    public bool Seal() => Interlocked.Exchange(ref _state, 1) == 0;

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, default);

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        Seal() ? stream.WriteAsync(body, cancellationToken).AsTask() : throw new InvalidOperationException("A relayed request is sent once.");

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }
}
