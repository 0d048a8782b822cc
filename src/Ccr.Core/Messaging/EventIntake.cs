using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Ccr.Core.Events;
using Ccr.Core.Events.Encodings;
using Ccr.Core.Results;
using Ccr.Core.Text;

namespace Ccr.Core.Messaging;

/// <summary>What became of an event that came by HTTP.</summary>
/// <param name="Status">The HTTP status to answer with: 202, or 400, 404, 413, 415, 503.</param>
/// <param name="MessageId">The id of its message, when it was accepted.</param>
/// <param name="Refusal">The catalogue entry, when it was refused.</param>
/// <param name="Detail">One sentence about that.</param>
public sealed record IntakeAnswer(int Status, string? MessageId, ReasonCode? Refusal, string? Detail);

/// <summary>Puts events of systems that can only call a webhook on the queue. What is in them is read later, like any event.</summary>
public sealed class EventIntake(IRequestSender queue, EventReader reader, EventOptions options, TimeProvider time)
{
    /// <summary>A caller that waits for longer than this gives up by itself, and cannot tell why.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4.5);

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Takes one event; when it answers 202, the broker has accepted it.</summary>
    /// <param name="source">The source, out of the address.</param>
    /// <param name="contentType">The request's content type.</param>
    /// <param name="body">The request's body, read no further than an event may be long.</param>
    /// <param name="cancellationToken">Gives up; the caller sends again.</param>
    public async Task<IntakeAnswer> AcceptAsync(string source, string? contentType, Stream body, CancellationToken cancellationToken)
    {
        if (!reader.SourceNames.Contains(source, StringComparer.Ordinal))
        {
            var detail = $"the source {SafeText.Quote(source)} is none of {string.Join(", ", reader.SourceNames)}";
            return new IntakeAnswer(404, null, MessagingReasons.NoSuchSource, detail);
        }

        var isForm = IsForm(contentType);
        if (!isForm && !IsJson(contentType))
            return new IntakeAnswer(415, null, MessagingReasons.NotJsonContent, $"the content type is {SafeText.Quote(contentType ?? "")}");

        var properties = new Dictionary<string, object>(StringComparer.Ordinal) { [IncomingEvent.SourceProperty] = source };
        var largest = Redelivery.LargestBody(properties, contentType, options);
        var bytes = await ReadAsync(body, largest, cancellationToken);
        if (bytes is null)
            return new IntakeAnswer(413, null, EventReasons.TooLarge, $"the body has more than {largest} bytes");
        if ((isForm ? FindFormFault(bytes) : FindFault(bytes)) is { } fault)
            return new IntakeAnswer(400, null, EventReasons.NotJson, fault);

        var messageId = IdOf(source, bytes, time.GetUtcNow());
        var message = new OutgoingEvent { Body = bytes, MessageId = messageId, ContentType = contentType, Properties = properties };
        return await TrySendAsync(message, cancellationToken)
            ? new IntakeAnswer(202, messageId, null, null)
            : new IntakeAnswer(503, null, MessagingReasons.NotQueued, "the broker does not answer");
    }

    /// <summary>Whether the broker accepted it in time.</summary>
    private async Task<bool> TrySendAsync(OutgoingEvent message, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await queue.SendAsync(message, either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private static bool IsForm(string? contentType) =>
        string.Equals(contentType?.Split(';')[0].Trim(), "application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);

    private static bool IsJson(string? contentType)
    {
        var mediaType = contentType?.Split(';')[0].Trim();
        return string.Equals(mediaType, "application/json", StringComparison.OrdinalIgnoreCase)
            || (mediaType?.StartsWith("application/", StringComparison.OrdinalIgnoreCase) == true
                && mediaType.EndsWith("+json", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The body, or null when it is longer than an event may be.</summary>
    private static async Task<byte[]?> ReadAsync(Stream body, int largest, CancellationToken cancellationToken)
    {
        using var read = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (read.Length + count > largest) return null;
            read.Write(buffer, 0, count);
        }

        return read.ToArray();
    }

    /// <summary>Many tools send JSON under the content type of a form, which is their default.</summary>
    private static string? FindFormFault(byte[] body) =>
        FormBody.ToJson(body) is null && FindFault(body) is not null ? "the body is neither a form nor JSON" : null;

    private static string? FindFault(byte[] body)
    {
        try
        {
            // Accepted here as on the queue.
            var text = body.AsSpan().StartsWith(ByteOrderMark) ? body.AsMemory(ByteOrderMark.Length) : body;
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 32 });
            return document.RootElement.ValueKind is JsonValueKind.Object or JsonValueKind.Array ? null : "the body is neither an object nor an array";
        }
        catch (JsonException fault)
        {
            return $"the body is not JSON at line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1} of it";
        }
    }

    /// <summary>
    /// The same for the same content from the same source, so that a caller who sends again for want of an answer sends the same event. Only within a
    /// day: the same words on another day are about another breakdown.
    /// </summary>
    private static string IdOf(string source, byte[] body, DateTimeOffset now)
    {
        var day = now.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{source}\0{day}\0"));
        hash.AppendData(body);
        return $"http-{Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16))}";
    }
}
