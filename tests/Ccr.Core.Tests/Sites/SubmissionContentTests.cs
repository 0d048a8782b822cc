using System.Net;
using Ccr.Core.Sites;

namespace Ccr.Core.Tests.ManagementPoints;

/// <summary>What "certainly not sent" rests on.</summary>
public sealed class SubmissionContentTests
{
    private const int Limit = 300_000;

    [Fact(Timeout = Limit)]
    public async Task CopyToAsync_MoreOftenThanAllowed_Throws()
    {
        using var content = new SubmissionContent(allowedRequests: 2);
        await content.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);
        await content.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => content.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken));
        Assert.False(content.Seal());
    }

    [Fact(Timeout = Limit)]
    public async Task Seal_BeforeAnyRequest_SaysSoAndLetsNoneOut()
    {
        using var content = new SubmissionContent(allowedRequests: 1);

        Assert.True(content.Seal());
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => content.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken));
    }

    /// <summary>HttpClient must ask for the body before it writes the headers, or "not sent" could be said too soon.</summary>
    [Fact(Timeout = Limit)]
    public async Task SendAsync_AsksForTheContentBeforeTheFirstByteLeaves()
    {
        using var content = new SubmissionContent(allowedRequests: 1);
        var sealedBeforeFirstByte = false;
        using var stream = new FirstWriteStream(() => sealedBeforeFirstByte = content.Seal());
        using var handler = new SocketsHttpHandler { ConnectCallback = (_, _) => ValueTask.FromResult<Stream>(stream) };
        using var invoker = new HttpMessageInvoker(handler);
        using var request = new HttpRequestMessage(CcrRequest.Method, "http://mp01/") { Content = content };

        await Assert.ThrowsAsync<HttpRequestException>(
            () => invoker.SendAsync(request, TestContext.Current.CancellationToken));

        Assert.True(stream.Wrote);
        Assert.False(sealedBeforeFirstByte);
    }

    /// <summary>The last line of defence: even a handler that repeats requests gets one onto the wire.</summary>
    [Fact(Timeout = Limit)]
    public async Task SendAsync_ThroughARetryHandler_SendsOnce()
    {
        await using var point = RawManagementPoint.Start(connection => connection.AnswerAsync(
            "HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n"));
        using var content = new SubmissionContent(allowedRequests: 1);
        using var retrying = new TwiceHandler { InnerHandler = new SocketsHttpHandler() };
        using var invoker = new HttpMessageInvoker(retrying);
        using var request = new HttpRequestMessage(CcrRequest.Method, point.Address) { Content = content };

        await Assert.ThrowsAsync<HttpRequestException>(
            () => invoker.SendAsync(request, TestContext.Current.CancellationToken));

        Assert.Single(point.Requests);
    }

    private sealed class TwiceHandler : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var first = await base.SendAsync(request, cancellationToken);
            return first.StatusCode == HttpStatusCode.ServiceUnavailable
                ? await base.SendAsync(request, cancellationToken)
                : throw new InvalidOperationException("The first request should have been refused.");
        }
    }

    /// <summary>A connection that ends as soon as it is read, and reports the first write.</summary>
    private sealed class FirstWriteStream(Action onFirstWrite) : Stream
    {
        public bool Wrote { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => 0;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(0);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count)
        {
            if (!Wrote) onFirstWrite();
            Wrote = true;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Write([], 0, 0);
            return ValueTask.CompletedTask;
        }
    }
}
