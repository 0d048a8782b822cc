using System.Buffers;

namespace Ccr.Core.Sites;

/// <summary>The beginning of an answer's body. The rest is not read: whoever answers may send without end.</summary>
public static class BodyStart
{
    /// <summary>Reads up to so many bytes.</summary>
    /// <param name="content">The body.</param>
    /// <param name="mostBytes">How many bytes are read at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<byte[]> ReadAsync(HttpContent content, int mostBytes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        await using var body = await content.ReadAsStreamAsync(cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(mostBytes);
        var length = await body.ReadAtLeastAsync(buffer.AsMemory(0, mostBytes), mostBytes, throwOnEndOfStream: false, cancellationToken);
        var read = buffer[..length];

        // Not after a failure: something could still be written into it then.
        ArrayPool<byte>.Shared.Return(buffer);
        return read;
    }
}
