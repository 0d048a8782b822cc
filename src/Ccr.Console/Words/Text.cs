using Ccr.Core.Text;

namespace Ccr.Console.Words;

/// <summary>Text of others, made fit to be shown: what is invisible or turns the line around is made visible, and its length is bounded.</summary>
internal static class Text
{
    /// <summary>How much of a long text is shown until more is asked for.</summary>
    public const int Most = 16 * 1024;

    private const int InLine = 200;

    /// <summary>For one line of a list or sentence.</summary>
    public static string Show(string? text, int most = InLine)
    {
        if (text is null) return "";
        return text.Length <= most ? SafeText.Printable(text) : SafeText.Printable(text[..most]) + "…";
    }

    /// <summary>For a block of its own, with its lines.</summary>
    public static string ShowLines(string text, int most = Most) =>
        SafeText.Printable(text.Length <= most ? text : text[..most], keepLines: true);
}
