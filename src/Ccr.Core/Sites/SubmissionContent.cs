using System.Net;

namespace Ccr.Core.Sites;

/// <summary>
/// The body of a request that is sent once; it may be empty. That it is there at all keeps HttpClient from sending again when a connection dies without
/// a byte, and it keeps the count: it is asked for its bytes once for each request, after the headers were composed and before the first of them is
/// written to the connection.
/// </summary>
public sealed class SubmissionContent : HttpContent
{
    private const int Sealed = -1;

    private readonly int _allowedRequests;
    private readonly ReadOnlyMemory<byte> _body;
    private int _requests;

    /// <summary>Makes the body.</summary>
    /// <param name="allowedRequests">
    /// How many requests may go out for one submission: one, or with HTTP authentication as many as a hand-shake has. All but the last of those were
    /// answered with 401, which IIS does before the management point's module runs.
    /// </param>
    /// <param name="body">The whole body.</param>
    public SubmissionContent(int allowedRequests, ReadOnlyMemory<byte> body = default) => (_allowedRequests, _body) = (allowedRequests, body);

    /// <summary>Lets no further request out. True when there was none: then nothing was sent, and nothing will be.</summary>
    public bool Seal() => Interlocked.Exchange(ref _requests, Sealed) == 0;

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, default);

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        int requests;
        do
        {
            requests = Volatile.Read(ref _requests);
            if (requests == Sealed || requests == _allowedRequests)
                throw new InvalidOperationException("This submission has been sent; it is not sent again.");
        }
        while (Interlocked.CompareExchange(ref _requests, requests + 1, requests) != requests);

        return stream.WriteAsync(_body, cancellationToken).AsTask();
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = _body.Length;
        return true;
    }
}
