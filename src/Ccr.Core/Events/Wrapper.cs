using System.Text;
using System.Text.Json;
using Ccr.Core.Events.Json;

namespace Ccr.Core.Events;

/// <summary>
/// Opens what Azure's own services put around a body: a JSON text with JSON in it, and the wrappers of Logic Apps, of its Service Bus connector and of
/// Automation's webhooks. One level, with the same limits as for a body.
/// </summary>
internal static class Wrapper
{
    private static readonly MemberName Content = "$content";
    private static readonly MemberName ContentType = "$content-type";
    private static readonly MemberName ContentData = "ContentData";
    private static readonly MemberName RequestBody = "RequestBody";
    private static readonly MemberName WebhookName = "WebhookName";
    private static readonly MemberName RequestHeader = "RequestHeader";

    /// <summary>What is inside, or null when the body is no wrapper.</summary>
    /// <exception cref="EventFaultException">It is one, and what is inside is no event.</exception>
    public static EventJson? Open(EventValue root, int maxBytes)
    {
        if (root.Kind == JsonValueKind.String)
        {
            var text = root.Text("$");
            return text.AsSpan().TrimStart() is ['{' or '[', ..] ? Parse("a JSON text with JSON in it", Encoding.UTF8.GetBytes(text), maxBytes) : null;
        }

        if (root.Kind != JsonValueKind.Object) return null;
        if (root.Find(ContentType).IsPresent && FindText(root, Content) is { } content) return ParseBase64("{$content-type, $content}", content, maxBytes);
        if (FindText(root, ContentData) is { } data) return ParseBase64("{ContentData}", data, maxBytes);
        return FindText(root, RequestBody) is { } body && (root.Find(WebhookName).IsPresent || root.Find(RequestHeader).IsPresent)
            ? Parse("{RequestBody}", Encoding.UTF8.GetBytes(body), maxBytes)
            : null;
    }

    private static string? FindText(EventValue root, MemberName name) => root.Find(name) is { Kind: JsonValueKind.String } value ? value.Text(name.Text) : null;

    private static EventJson ParseBase64(string wrapper, string text, int maxBytes)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length)
            ? Parse(wrapper, bytes.AsMemory(0, length), maxBytes)
            : throw new EventFaultException(EventReasons.WrongSchema, $"the body is the wrapper {wrapper}, and what is in it is not Base64");
    }

    private static EventJson Parse(string wrapper, ReadOnlyMemory<byte> body, int maxBytes)
    {
        try
        {
            return EventBody.Parse(body, maxBytes);
        }
        catch (EventFaultException fault)
        {
            throw new EventFaultException(fault.Reason, $"the body is the wrapper {wrapper}, and in it {fault.Message}");
        }
    }
}
