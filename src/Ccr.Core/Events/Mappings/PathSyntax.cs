using System.Globalization;
using System.Text;
using Ccr.Core.Events.Json;

namespace Ccr.Core.Events.Mappings;

/// <summary>Reads the text of a <see cref="JsonPath"/>.</summary>
internal ref struct PathSyntax(string text)
{
    private const string Supported = "write .name, ['name'], ['one','other'], [0], [-1], [*] or [?@.name=='text']";

    private readonly string _text = text;
    private int _at;

    /// <summary>The path's segments, or null with what is wrong and what is right.</summary>
    public PathSegment[]? Parse(out string? fault)
    {
        fault = null;
        if (!TryTake('$') && !TryTake('@'))
        {
            fault = "a path begins with $ (the event) or @ (the item)";
            return null;
        }

        var segments = new List<PathSegment>();
        while (_at < _text.Length)
        {
            var start = _at;
            if (ParseSegment() is not { } segment)
            {
                fault = $"the path is not understood from its character {start + 1} on{UnsupportedPath.NameOf(_text[start..])}; {Supported}";
                return null;
            }

            segments.Add(segment);
        }

        return [.. segments];
    }

    private PathSegment? ParseSegment()
    {
        if (TryTake('.')) return TryTake('*') ? new PathSegment.Every() : ParseName() is { } name ? new PathSegment.Members([name]) : null;
        if (!TryTake('[')) return null;

        PathSegment? segment = Peek() switch
        {
            '*' when TryTake('*') => new PathSegment.Every(),
            '?' when TryTake('?') => ParseFilter(),
            '\'' or '"' => ParseNames(),
            _ => ParseIndex(),
        };
        return segment is not null && TryTake(']') ? segment : null;
    }

    private PathSegment.Members? ParseNames()
    {
        var names = new List<string>();
        do
        {
            SkipBlanks();
            if (ParseQuoted() is not { } name) return null;
            names.Add(name);
            SkipBlanks();
        }
        while (TryTake(','));
        return new PathSegment.Members([.. names.Select(n => new MemberName(n))]);
    }

    private PathSegment.Element? ParseIndex()
    {
        var start = _at;
        while (Peek() is '-' or (>= '0' and <= '9')) _at++;
        var digits = _text.AsSpan(start, _at - start);
        return int.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index) ? new PathSegment.Element(index) : null;
    }

    private PathSegment.Where? ParseFilter()
    {
        var names = new List<string>();
        SkipBlanks();
        var inParentheses = TryTake('(');
        if (!TryTake('@')) return null;
        while (Peek() is '.' or '[')
        {
            var name = TryTake('.') ? ParseName() : TryTake('[') && ParseQuoted() is { } quoted && TryTake(']') ? quoted : null;
            if (name is null) return null;
            names.Add(name);
        }

        SkipBlanks();
        if (names.Count == 0 || !TryTake('=') || !TryTake('=')) return null;
        SkipBlanks();
        if (ParseQuoted() is not { } text || (inParentheses && !TryTake(')'))) return null;
        SkipBlanks();
        return new PathSegment.Where([.. names.Select(n => new MemberName(n))], text);
    }

    /// <summary>The RFC's shorthand name: letters, digits and underscores, none of the digits first.</summary>
    private string? ParseName()
    {
        var start = _at;
        while (Peek() is var c && (char.IsAsciiLetterOrDigit(c) || c == '_' || c >= 0x80)) _at++;
        return _at == start || char.IsAsciiDigit(_text[start]) ? null : _text[start.._at];
    }

    private string? ParseQuoted()
    {
        var quote = Peek();
        if (quote is not ('\'' or '"')) return null;

        var name = new StringBuilder();
        for (_at++; _at < _text.Length && _text[_at] != quote; _at++)
        {
            if (_text[_at] == '\\' && (++_at == _text.Length || _text[_at] is not ('\\' or '\'' or '"'))) return null;
            name.Append(_text[_at]);
        }

        return TryTake(quote) ? name.ToString() : null;
    }

    private readonly char Peek() => _at < _text.Length ? _text[_at] : '\0';

    private void SkipBlanks()
    {
        while (TryTake(' '))
        {
        }
    }

    private bool TryTake(char expected)
    {
        if (Peek() != expected || _at >= _text.Length) return false;
        _at++;
        return true;
    }
}
