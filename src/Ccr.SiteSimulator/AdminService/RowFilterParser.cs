using System.Globalization;
using System.Text.RegularExpressions;
using Ccr.SiteSimulator.Devices;

namespace Ccr.SiteSimulator.AdminService;

/// <summary>Reads the part of OData's filters that README.md states. What is beyond it is a <see cref="FormatException"/>.</summary>
internal sealed partial class RowFilterParser
{
    private readonly DeviceTable _table;
    private readonly Queue<string> _tokens;
    private readonly List<string> _names = [];
    private readonly List<string> _domains = [];

    private RowFilterParser(string text, DeviceTable table)
    {
        _table = table;
        _tokens = new(Token().Matches(text).Select(match => match.Groups["known"] is { Success: true } known ? known.Value : throw Unknown(match.Value)));
    }

    private delegate bool Test(SimulatedDevice device, DateTimeOffset now);

    public static RowFilter Parse(string text, DeviceTable table)
    {
        var parser = new RowFilterParser(text, table);
        var test = parser.ReadOr();
        if (parser._tokens.TryPeek(out var rest)) throw Unknown(rest);
        return new((device, now) => test(device, now), parser._names, parser._domains);
    }

    private Test ReadOr()
    {
        var left = ReadAnd();
        while (TryTake("or"))
        {
            var (first, second) = (left, ReadAnd());
            left = (device, now) => first(device, now) || second(device, now);
        }

        return left;
    }

    private Test ReadAnd()
    {
        var left = ReadTest();
        while (TryTake("and"))
        {
            var (first, second) = (left, ReadTest());
            left = (device, now) => first(device, now) && second(device, now);
        }

        return left;
    }

    private Test ReadTest()
    {
        if (TryTake("not"))
        {
            var inner = ReadTest();
            return (device, now) => !inner(device, now);
        }

        if (TryTake("("))
        {
            var inner = ReadOr();
            Expect(")");
            return inner;
        }

        var name = Take();
        return name is "startswith" or "endswith" or "contains" ? ReadFunction(name) : ReadComparison(_table.Find(name));
    }

    private Test ReadFunction(string function)
    {
        Expect("(");
        var column = _table.Find(Take());
        Expect(",");
        var part = ReadLiteral() as string ?? throw Unknown(function);
        Expect(")");
        Func<string, bool> fits = function switch
        {
            "startswith" => text => text.StartsWith(part, StringComparison.OrdinalIgnoreCase),
            "endswith" => text => text.EndsWith(part, StringComparison.OrdinalIgnoreCase),
            _ => text => text.Contains(part, StringComparison.OrdinalIgnoreCase),
        };
        return (device, now) => column.Value(device, now) is string text && fits(text);
    }

    private Test ReadComparison(DeviceColumn column)
    {
        var isEqual = Take() switch
        {
            "eq" => true,
            "ne" => false,
            var other => throw Unknown(other),
        };
        var literal = ReadLiteral();
        if (isEqual && literal is string text)
        {
            if (column.Name is "Name" or "NetbiosName") _names.Add(text);
            if (column.Name is "Domain" or "ResourceDomainORWorkgroup") _domains.Add(text);
        }

        return (device, now) => AreEqual(column.Value(device, now), literal) == isEqual;
    }

    private object? ReadLiteral() => Take() switch
    {
        ['\'', .. var text, '\''] => text.Replace("''", "'", StringComparison.Ordinal),
        "true" => true,
        "false" => false,
        "null" => null,
        var token when long.TryParse(token, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        var other => throw Unknown(other),
    };

    /// <summary>Texts are compared as the site's database does, without regard to case. No example of a filter by time or array is known.</summary>
    private static bool AreEqual(object? value, object? literal) => (value, literal) switch
    {
        (DateTimeOffset or Array, _) => throw new FormatException("A time or an array cannot be compared."),
        (string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase),
        _ => Equals(value, literal),
    };

    private bool TryTake(string token) => _tokens.TryPeek(out var next) && next == token && _tokens.TryDequeue(out _);

    private string Take() => _tokens.TryDequeue(out var token) ? token : throw new FormatException("The filter ends too early.");

    private void Expect(string token)
    {
        if (Take() is var found && found != token) throw Unknown(found);
    }

    private static FormatException Unknown(string token) => new($"'{token}' is not expected in the filter.");

    /// <summary>Text in quotes (a quote doubled), a name or word, a number, a mark; in no group: what is none of these.</summary>
    [GeneratedRegex("""\s*((?<known>'([^']|'')*'|[A-Za-z_]\w*|-?[0-9]+|[(),])|\S)\s*""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Token();
}
