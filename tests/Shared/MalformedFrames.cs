using System.Globalization;
using System.Text;

namespace Ccr.Tests;

/// <summary>Frames that nobody should send: random changes to good ones, and random bytes. The same seed gives the same frames.</summary>
internal sealed class MalformedFrames(int seed)
{
    /// <summary>How many are tried; <c>CCR_RELAY_FRAMES</c> asks for more.</summary>
    public static int Count { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("CCR_RELAY_FRAMES"), CultureInfo.InvariantCulture, out var count) ? count : 2_000;

    private static readonly string[] Good =
    [
        """{"response":{"requestId":"3f1c","statusCode":200,"statusDescription":"OK","responseHeaders":{"X":"y"},"body":false}}""",
        """{"response":{"requestId":"3f1c","statusCode":200,"body":true}}""",
        """{"renewToken":{"token":"SharedAccessSignature sr=a&sig=b&se=1&skn=c"}}""",
        """{"request":{"address":"ws://127.0.0.1/$hc/hq?sb-hc-action=request&sb-hc-id=1","id":"1","requestTarget":"/hq","method":"GET","body":true}}""",
        """{"accept":{"address":"ws://127.0.0.1/$hc/hq?sb-hc-action=accept","id":"1","connectHeaders":{}}}""",
    ];

    private static readonly string[] Pieces = ["{", "}", "[", "]", "null", "\"", "\\ud800", ":", ",", "1e999", "-1", "true", "\0", "\"body\":true", "{{{{{{{{"];

    private readonly Random _random = new(seed);

    /// <summary>The next message, which no WebSocket refuses: its text or bytes, and which of both.</summary>
    public (byte[] Bytes, bool IsText) NextMessage()
    {
        if (_random.Next(5) == 0) return (NextBytes(_random.Next(3) == 0 ? 5_000 : 40), false);
        var text = Good[_random.Next(Good.Length)];
        for (var changes = _random.Next(1, 6); changes > 0; changes--)
        {
            var at = _random.Next(text.Length + 1);
            var length = Math.Min(_random.Next(12), text.Length - at);
            text = text[..at] + (_random.Next(2) == 0 ? Pieces[_random.Next(Pieces.Length)] : "") + text[(at + length)..];
        }

        return (Encoding.UTF8.GetBytes(text), _random.Next(8) > 0);
    }

    /// <summary>A frame on the wire that breaks the rules of WebSockets themselves.</summary>
    /// <param name="isMasked">Whether it is to look like a client's.</param>
    public byte[] NextFrame(bool isMasked)
    {
        var frame = NextBytes(_random.Next(2, 60));
        if (_random.Next(2) == 0)
        {
            // A sound beginning, and a length that says anything.
            frame[0] = (byte)(0x80 | _random.Next(16));
            frame[1] = (byte)((isMasked ? 0x80 : 0) | _random.Next(128));
        }

        return frame;
    }

    private byte[] NextBytes(int size)
    {
        var bytes = new byte[size];
        _random.NextBytes(bytes);
        return bytes;
    }
}
