using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using System.Xml;

namespace Ccr.Core.Events.Encodings;

/// <summary>
/// Reads the body of a BrokeredMessage: the old Service Bus client (WindowsAzure.ServiceBus) writes a text or bytes as XML, in .NET's binary form, and
/// some senders as plain XML.
/// </summary>
internal static class SerializedText
{
    private const string Namespace = "http://schemas.microsoft.com/2003/10/Serialization/";

    /// <summary>The record of an element without prefix, with which the binary form begins (MC-NBFX, 2.2.1).</summary>
    private const byte ShortElement = 0x40;

    private const int LongestStart = 100;

    /// <summary>Whether the body is such a text; then what is in it, in UTF-8.</summary>
    /// <exception cref="EventFaultException">It is one that is broken.</exception>
    public static bool TryOpen(ReadOnlyMemory<byte> body, out ReadOnlyMemory<byte> text)
    {
        text = default;
        if (body.Span is not ([ShortElement, ..] or [(byte)'<', ..])) return false;
        if (body.Span[..Math.Min(body.Length, LongestStart)].IndexOf(Encoding.ASCII.GetBytes(Namespace)) < 0) return false;

        try
        {
            using var reader = CreateReader(body);
            text = Read(reader) ?? throw Broken("it holds neither a string nor bytes");
        }
        catch (Exception fault) when (fault is XmlException or FormatException or InvalidOperationException or ArgumentException or OverflowException)
        {
            throw Broken("it cannot be read");
        }

        return Utf8.IsValid(text.Span) ? true : throw Broken("what is in it is not UTF-8");
    }

    private static XmlDictionaryReader CreateReader(ReadOnlyMemory<byte> body)
    {
        var quotas = new XmlDictionaryReaderQuotas
        {
            MaxDepth = 2,
            MaxStringContentLength = body.Length,
            MaxArrayLength = body.Length,
            MaxBytesPerRead = body.Length,
            MaxNameTableCharCount = 1024,
        };
        var bytes = MemoryMarshal.TryGetArray(body, out var array) ? array : new ArraySegment<byte>(body.ToArray());
        return body.Span[0] == ShortElement
            ? XmlDictionaryReader.CreateBinaryReader(bytes.Array!, bytes.Offset, bytes.Count, quotas)
            : XmlDictionaryReader.CreateTextReader(bytes.Array!, bytes.Offset, bytes.Count, quotas);
    }

    /// <summary>The content of the one element; what may follow is not looked at, as the old client ends it in two ways.</summary>
    private static byte[]? Read(XmlDictionaryReader reader)
    {
        if (reader.MoveToContent() != XmlNodeType.Element || reader.NamespaceURI != Namespace) return null;
        var isText = reader.LocalName == "string";
        if (!isText && reader.LocalName != "base64Binary") return null;
        if (reader.IsEmptyElement) return [];

        reader.Read();
        return isText ? Encoding.UTF8.GetBytes(reader.ReadContentAsString()) : reader.ReadContentAsBase64();
    }

    private static EventFaultException Broken(string fault) => new(EventReasons.NotText, $"the body is an XML-serialised string (BrokeredMessage of the old Service Bus client), and {fault}");
}
