using System.Text.Json;
using System.Text.Unicode;
using Ccr.Core.Events.Encodings;
using Ccr.Core.Events.Json;

namespace Ccr.Core.Events;

/// <summary>The gates that every body passes before any source looks at it: size, encoding, JSON, each member once.</summary>
internal static class EventBody
{
    public static EventJson Parse(ReadOnlyMemory<byte> body, int maxBytes)
    {
        if (body.Length > maxBytes)
            throw new EventFaultException(EventReasons.TooLarge, $"the body has {body.Length} bytes, and {maxBytes} would fit");
        if (body.Span is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            throw new EventFaultException(EventReasons.NotText, "the body is UTF-16, as its byte order mark says");
        if (SerializedText.TryOpen(body, out var text)) return ParseText(text);
        if (!Utf8.IsValid(body.Span))
            throw BodySigns.Find(body.Span) ?? new EventFaultException(EventReasons.NotText, "the body is not UTF-8");

        ReadOnlySpan<byte> byteOrderMark = [0xEF, 0xBB, 0xBF];
        return ParseText(body.Span.StartsWith(byteOrderMark) ? body[byteOrderMark.Length..] : body);
    }

    private static EventJson ParseText(ReadOnlyMemory<byte> text)
    {
        try
        {
            return EventJson.Parse(text);
        }
        catch (JsonException fault)
        {
            if (BodySigns.Find(text.Span) is { } known) throw known;
            if (FormBody.ToJson(text.Span) is { } form) return EventJson.Parse(form);
            throw new EventFaultException(
                EventReasons.NotJson, $"the body is not JSON at line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1} of it");
        }
    }
}
