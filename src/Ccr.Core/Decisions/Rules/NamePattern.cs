using System.IO.Enumeration;
using Ccr.Core.Text;

namespace Ccr.Core.Decisions.Rules;

/// <summary>Patterns of machine names: <c>*</c> for any characters, <c>?</c> for one, without regard to case.</summary>
internal static class NamePattern
{
    /// <summary>NetBIOS keeps the sixteenth byte for the service type.</summary>
    private const int MaxLength = 15;

    public static bool Matches(string pattern, string machine) => FileSystemName.MatchesSimpleExpression(pattern, machine, ignoreCase: true);

    public static bool MatchesAll(string pattern) => pattern.Length > 0 && pattern.All(c => c == '*');

    /// <summary>Says why no machine can ever match, or null.</summary>
    public static string? FindFault(string pattern)
    {
        if (pattern.Length == 0) return "is empty: write a pattern, for example WS-*.";
        foreach (var c in pattern)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '*' or '?'))
                return $"is {SafeText.Quote(pattern)}, which no machine can match, as names have letters, digits and hyphens only: write for example WS-*.";
        }

        return pattern.Count(c => c != '*') > MaxLength
            ? $"is {SafeText.Quote(pattern)}, which no machine can match, as names have at most {MaxLength} characters: write a shorter pattern."
            : null;
    }
}
