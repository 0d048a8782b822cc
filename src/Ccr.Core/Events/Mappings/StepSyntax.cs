using System.Text;

namespace Ccr.Core.Events.Mappings;

/// <summary>Reads the steps of a selector.</summary>
internal static class StepSyntax
{
    private const string Known = "write json, json $.path, split 'x', prefix 'x', after 'x', before 'x' or between 'x' 'y'";

    /// <summary>The pieces between the bars that stand neither in quotes nor in brackets.</summary>
    public static List<string> SplitAtBars(string text)
    {
        var pieces = new List<string>();
        var depth = 0;
        var quote = '\0';
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quote != '\0')
            {
                if (c == '\\') i++;
                else if (c == quote) quote = '\0';
                continue;
            }

            if (c is '\'' or '"') quote = c;
            depth += c switch { '[' => 1, ']' => -1, _ => 0 };
            if (c != '|' || depth != 0) continue;
            pieces.Add(text[start..i]);
            start = i + 1;
        }

        pieces.Add(text[start..]);
        return pieces;
    }

    /// <summary>The step, or null with what is wrong and what is right.</summary>
    public static SelectorStep? Parse(string text, out string? fault)
    {
        var space = text.IndexOf(' ');
        var name = space < 0 ? text : text[..space];
        var rest = space < 0 ? "" : text[(space + 1)..].Trim();
        fault = null;
        if (name == "json") return ParseJson(text, rest, out fault);

        var marks = ParseMarks(rest);
        Func<string, IEnumerable<string>>? make = (name, marks) switch
        {
            ("split", [var at]) => value => TextStep.Split(value, at),
            ("prefix", [var prefix]) => value => TextStep.Prefix(value, prefix),
            ("after", [var mark]) => value => TextStep.After(value, mark),
            ("before", [var mark]) => value => TextStep.Before(value, mark),
            ("between", [var mark, var end]) => value => TextStep.Between(value, mark, end),
            _ => null,
        };
        if (make is not null) return new TextStep(text, make);

        fault = $"the step '{text}' is not known; {Known}";
        return null;
    }

    private static JsonStep? ParseJson(string text, string path, out string? fault)
    {
        fault = null;
        if (path.Length == 0) return new JsonStep(text, null);
        if (path.StartsWith('$') && JsonPath.TryParse(path, out var compiled, out fault)) return new JsonStep(text, compiled);
        fault ??= "the path of a step json begins with $, which is the JSON in the text";
        return null;
    }

    /// <summary>Texts in single or double quotes with blanks between them; null when there is anything else, or an empty one.</summary>
    private static List<string>? ParseMarks(string text)
    {
        var marks = new List<string>();
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == ' ') continue;
            if (text[at] is not ('\'' or '"') || TakeMark(text, ref at) is not { Length: > 0 } mark) return null;
            marks.Add(mark);
        }

        return marks;
    }

    private static string? TakeMark(string text, ref int at)
    {
        var quote = text[at];
        var mark = new StringBuilder();
        for (at++; at < text.Length && text[at] != quote; at++)
        {
            if (text[at] == '\\' && ++at == text.Length) return null;
            mark.Append(text[at]);
        }

        return at < text.Length ? mark.ToString() : null;
    }
}
