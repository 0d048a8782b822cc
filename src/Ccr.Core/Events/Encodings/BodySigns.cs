using System.Buffers;
using System.Buffers.Text;

namespace Ccr.Core.Events.Encodings;

/// <summary>Tells from its first bytes what a body is that is no JSON, so that the refusal says what to change at the sender.</summary>
internal static class BodySigns
{
    /// <summary>The refusal, or null when the body has no sign that is known.</summary>
    public static EventFaultException? Find(ReadOnlySpan<byte> body) => body switch
    {
        [] => NotJson("the body is empty"),
        // The host says so of a body without data sections; no UTF-8 text has this byte.
        [0xFF] => NotText("the message has an AMQP value, map or sequence instead of data; send the JSON as the bytes of the body"),
        [0x1F, 0x8B, ..] => NotText("the body is compressed (gzip); send it as it is"),
        [0x78, 0x01 or 0x5E or 0x9C or 0xDA, ..] when !IsText(body) => NotText("the body is compressed (zlib, deflate); send it as it is"),
        [0x28, 0xB5, 0x2F, 0xFD, ..] => NotText("the body is compressed (Zstandard); send it as it is"),
        [(byte)'P', (byte)'K', 3, 4, ..] => NotText("the body is compressed (zip); send it as it is"),
        [0x00, 0x53, 0x70 or 0x75 or 0x76 or 0x77, ..] => NotText("the body is AMQP in its encoded form (a map, a sequence or a value); send the JSON as the bytes of the body"),
        [0x00, 0x00, _, _, ..] or [_, 0x00, 0x00, 0x00, ..] when body.Length % 4 == 0 => NotText("the body is UTF-32"),
        [0x00, not 0x00, ..] or [not 0x00, 0x00, ..] when body.Length % 2 == 0 => NotText("the body is UTF-16 without a byte order mark"),
        _ => FindInText(body),
    };

    private static EventFaultException? FindInText(ReadOnlySpan<byte> body)
    {
        var trimmed = body.Trim(" \t\r\n"u8);
        if (trimmed.IsEmpty) return NotJson("the body is empty");
        if (trimmed[0] == (byte)'<') return NotJson("the body is XML or HTML");
        return IsBase64OfJson(trimmed) ? NotJson("the body is Base64 of JSON; send the JSON itself") : null;
    }

    private static bool IsBase64OfJson(ReadOnlySpan<byte> text)
    {
        // The first sixteen characters show whether it begins like JSON; the rest only has to be Base64.
        Span<byte> start = stackalloc byte[12];
        return text.Length >= 8 && Base64.IsValid(text)
            && Base64.DecodeFromUtf8(text[..Math.Min(16, text.Length / 4 * 4)], start, out _, out var length) is OperationStatus.Done or OperationStatus.NeedMoreData
            && start[..length].TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[' or (byte)'"', ..];
    }

    private static bool IsText(ReadOnlySpan<byte> body) => !body[..Math.Min(body.Length, 16)].ContainsAnyExceptInRange((byte)0x20, (byte)0x7E);

    private static EventFaultException NotText(string detail) => new(EventReasons.NotText, detail);

    private static EventFaultException NotJson(string detail) => new(EventReasons.NotJson, detail);
}
