using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Ccr.Core.Events.Json;

namespace Ccr.Core.Events.Mappings;

/// <summary>Says where a value is: in the event, in an attribute of its envelope, or in a property of its message, and which part of it counts.</summary>
internal abstract class Selector(string text)
{
    private const string AttributePrefix = "attribute:";
    private const string PropertyPrefix = "property:";

    /// <summary>The selector as it was written.</summary>
    public string Text { get; } = text;

    /// <summary>Compiles a selector; a refusal says in <paramref name="fault"/> what is wrong and what is right.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Selector? selector, [NotNullWhen(false)] out string? fault)
    {
        var pieces = StepSyntax.SplitAtBars(text);
        if (!TryParsePlace(pieces[0].TrimEnd(), out selector, out fault) || pieces.Count == 1) return selector is not null;

        var steps = new List<SelectorStep>();
        foreach (var piece in pieces.Skip(1))
        {
            if (StepSyntax.Parse(piece.Trim(), out fault) is { } step) steps.Add(step);
            else break;
        }

        selector = fault is null ? new SteppedSelector(text, selector, [.. steps]) : null;
        return selector is not null;
    }

    /// <summary>Compiles a selector that was checked before.</summary>
    public static Selector Parse(string text) => TryParse(text, out var selector, out var fault) ? selector : throw new FormatException(fault);

    /// <summary>The first value there, as text, or null when there is none or it is blank.</summary>
    /// <exception cref="EventFaultException">It is an object or an array.</exception>
    public virtual string? FindText(Scope scope)
    {
        var texts = new List<string>();
        FindTexts(scope, texts);
        return texts.FirstOrDefault();
    }

    /// <summary>Adds every value there that is not blank, as text.</summary>
    /// <exception cref="EventFaultException">One is an object or an array.</exception>
    public void FindTexts(Scope scope, List<string> found)
    {
        var values = new List<FoundValue>();
        FindAll(scope, values);
        foreach (var value in values)
        {
            if (value.AsText(Text) is { } text && !string.IsNullOrWhiteSpace(text)) found.Add(text);
        }
    }

    /// <summary>Adds every value there, whatever it is.</summary>
    public abstract void FindAll(Scope scope, List<FoundValue> found);

    /// <summary>The first value's JSON, which is not present when there is none or it is not in the event.</summary>
    public virtual EventValue FindValue(Scope scope) => default;

    /// <summary>For people: where something was looked for and what is there, step by step.</summary>
    public virtual IEnumerable<(string From, string? Value)> Explain(Scope scope) => [(Text, FindText(scope))];

    public override string ToString() => Text;

    private static bool TryParsePlace(string text, [NotNullWhen(true)] out Selector? selector, [NotNullWhen(false)] out string? fault)
    {
        selector = null;
        if (text.StartsWith(AttributePrefix, StringComparison.Ordinal))
        {
            var name = text[AttributePrefix.Length..];
            fault = AttributeSelector.Names.Contains(name) ? null : $"an attribute is one of {string.Join(", ", AttributeSelector.Names)}";
            selector = fault is null ? new AttributeSelector(text, name) : null;
        }
        else if (text.StartsWith(PropertyPrefix, StringComparison.Ordinal) && text.Length > PropertyPrefix.Length)
        {
            fault = null;
            selector = new PropertySelector(text, text[PropertyPrefix.Length..]);
        }
        else if (JsonPath.TryParse(text, out var path, out fault))
        {
            selector = new PathSelector(path);
        }

        return selector is not null;
    }
}

/// <summary>A value of the event's JSON, or a text that was made of one.</summary>
internal readonly record struct FoundValue(EventValue Json, string? Text)
{
    /// <summary>The text; null when there is none.</summary>
    /// <exception cref="EventFaultException">It is an object or an array.</exception>
    public string? AsText(string place) => Text ?? (Json.IsPresent ? JsonFields.Scalar(Json, place) : null);
}

/// <summary>A place in the event.</summary>
internal sealed class PathSelector(JsonPath path) : Selector(path.Text)
{
    /// <summary>Senders leave fields blank: then the next one that the path allows counts.</summary>
    public override string? FindText(Scope scope)
    {
        var first = FindValue(scope);
        if (!first.IsPresent) return null;
        return JsonFields.Scalar(first, Text) is var text && !string.IsNullOrWhiteSpace(text) ? text : base.FindText(scope);
    }

    public override void FindAll(Scope scope, List<FoundValue> found)
    {
        var values = new List<EventValue>();
        path.FindAll(StartOf(scope), values);
        foreach (var value in values) found.Add(new FoundValue(value, null));
    }

    public override EventValue FindValue(Scope scope) => path.FindFirst(StartOf(scope));

    private EventValue StartOf(Scope scope) => path.IsRelative ? scope.Item : scope.Payload.Root;
}

/// <summary>An attribute of the envelope, or the message's content type.</summary>
internal sealed class AttributeSelector(string text, string name) : Selector(text)
{
    public static readonly string[] Names = ["type", "source", "subject", "contentType"];

    public override void FindAll(Scope scope, List<FoundValue> found) => found.Add(new FoundValue(default, name switch
    {
        "type" => scope.Payload.Envelope.Type,
        "source" => scope.Payload.Envelope.Source,
        "subject" => scope.Payload.Envelope.Subject,
        _ => scope.Payload.Message.ContentType,
    }));
}

/// <summary>An application property of the message.</summary>
internal sealed class PropertySelector(string text, string name) : Selector(text)
{
    public override void FindAll(Scope scope, List<FoundValue> found) => found.Add(new FoundValue(default, scope.Payload.Message.Properties.GetValueOrDefault(name) switch
    {
        IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
        var value => value?.ToString(),
    }));
}
