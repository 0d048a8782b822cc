using System.Text;

namespace Ccr.Core.Sites;

/// <summary>
/// Tells a page that is meant for people from the answers of a management point: an empty page, or the list that later versions answer with. A proxy or
/// a portal that wants somebody to sign in answers 200 too.
/// </summary>
internal static class HtmlPage
{
    /// <summary>A page shows what it is within so many bytes; no more is read.</summary>
    private const int MaxBytes = 4096;

    private static readonly string[] Marks = ["<form", "<input", "<script", "http-equiv", "<iframe", "<frameset"];

    /// <summary>Whether an answer holds such a page.</summary>
    public static async Task<bool> IsInAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength == 0 || content.Headers.ContentType?.MediaType?.Contains("html", StringComparison.OrdinalIgnoreCase) != true)
            return false;

        return IsPage(Encoding.Latin1.GetString(await BodyStart.ReadAsync(content, MaxBytes, cancellationToken)));
    }

    /// <summary>Whether a text is a page that shows or does something.</summary>
    public static bool IsPage(string html)
    {
        if (html.Contains("<MPList", StringComparison.OrdinalIgnoreCase)) return false;
        return Array.Exists(Marks, mark => html.Contains(mark, StringComparison.OrdinalIgnoreCase)) || !string.IsNullOrWhiteSpace(WithoutTags(html));
    }

    private static string WithoutTags(string html)
    {
        var text = new StringBuilder();
        var depth = 0;
        foreach (var c in html)
        {
            if (c == '<') depth++;
            else if (c == '>') depth = Math.Max(0, depth - 1);
            else if (depth == 0) text.Append(c);
        }

        return text.ToString();
    }
}
