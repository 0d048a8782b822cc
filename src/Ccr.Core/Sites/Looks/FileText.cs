using System.Text;

namespace Ccr.Core.Sites.Looks;

/// <summary>How the files of a site server are encoded. Nothing is published about it, so whatever Windows writes is read.</summary>
internal static class FileText
{
    /// <summary>The encoding that the first bytes of a file tell.</summary>
    /// <remarks>
    /// What is looked for is ASCII: the words of the site server, names and numbers. So all that is no UTF-16 can be read byte by byte, whether it is ASCII,
    /// some ANSI code page, or UTF-8. This cannot fail, wherever a text was cut.
    /// </remarks>
    public static Encoding EncodingOf(ReadOnlySpan<byte> start) => start switch
    {
        [0xFF, 0xFE, ..] => Encoding.Unicode,
        [0xFE, 0xFF, ..] => Encoding.BigEndianUnicode,
        _ => Encoding.Latin1,
    };

    /// <summary>How many of the first bytes are a byte order mark.</summary>
    public static int MarkLength(ReadOnlySpan<byte> start) => start switch
    {
        [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] => 2,
        [0xEF, 0xBB, 0xBF, ..] => 3,
        _ => 0,
    };
}
