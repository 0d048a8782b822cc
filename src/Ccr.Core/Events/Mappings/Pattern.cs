using System.IO.Enumeration;

namespace Ccr.Core.Events.Mappings;

/// <summary>Texts in which <c>*</c> stands for anything. Case does not matter.</summary>
internal static class Pattern
{
    /// <summary>Whether one of the patterns covers the text.</summary>
    public static bool MatchesAny(string[] patterns, string text) => Array.Exists(patterns, pattern => FileSystemName.MatchesSimpleExpression(pattern, text));
}
