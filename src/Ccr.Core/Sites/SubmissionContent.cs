using System.Net;

namespace Ccr.Core.Sites;

/// <summary>
/// The empty body of a submission. That it is there at all keeps HttpClient from sending again when a connection dies without a byte, and it keeps
/// the count: it is asked for its bytes once for each request, after the headers were composed and before the first of them is written to the
/// connection.
/// </summary>
/// <param name="allowedRequests">
/// How many requests may go out for one submission: one, or with HTTP authentication as many as a hand-shake has. All
/// but the last of those were answered with 401, which IIS does before the management point's module runs.
/// </param>
internal sealed class SubmissionContent(int allowedRequests) : HttpContent
{
    private const int Sealed = -1;

    private int _requests;

    /// <summary>Lets no further request out. True when there was none: then nothing was sent, and nothing will be.</summary>
    public bool Seal() => Interlocked.Exchange(ref _requests, Sealed) == 0;

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        int requests;
        do
        {
            requests = Volatile.Read(ref _requests);
            if (requests == Sealed || requests == allowedRequests)
                throw new InvalidOperationException("This submission has been sent; it is not sent again.");
        }
        while (Interlocked.CompareExchange(ref _requests, requests + 1, requests) != requests);

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return true;
    }
}
