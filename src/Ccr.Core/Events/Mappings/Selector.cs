using System.Diagnostics.CodeAnalysis;
using Ccr.Core.Events.Json;

namespace Ccr.Core.Events.Mappings;

/// <summary>Says where a value is: in the event, in an attribute of its envelope, or in a property of its message.</summary>
internal abstract class Selector(string text)
{
    private const string AttributePrefix = "attribute:";
    private const string PropertyPrefix = "property:";

    /// <summary>The selector as it was written.</summary>
    public string Text { get; } = text;

    /// <summary>Compiles a selector; a refusal says in <paramref name="fault"/> what is wrong and what is right.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Selector? selector, [NotNullWhen(false)] out string? fault)
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

    /// <summary>Compiles a selector that was checked before.</summary>
    public static Selector Parse(string text) => TryParse(text, out var selector, out var fault) ? selector : throw new FormatException(fault);

    /// <summary>The first value there, as text, or null when there is none or it is empty.</summary>
    /// <exception cref="EventFaultException">It is an object or an array.</exception>
    public abstract string? FindText(Scope scope);

    /// <summary>Adds every value there that is not empty, as text.</summary>
    /// <exception cref="EventFaultException">One is an object or an array.</exception>
    public virtual void FindTexts(Scope scope, List<string> found)
    {
        if (FindText(scope) is { } text) found.Add(text);
    }

    /// <summary>The first value's JSON, which is not present when there is none or it is not in the event.</summary>
    public virtual EventValue FindValue(Scope scope) => default;

    public override string ToString() => Text;
}

/// <summary>A place in the event.</summary>
internal sealed class PathSelector(JsonPath path) : Selector(path.Text)
{
    public override string? FindText(Scope scope)
    {
        var first = FindValue(scope);
        if (!first.IsPresent) return null;
        if (NotEmpty(JsonFields.Scalar(first, Text)) is { } text) return text;

        // Senders leave fields empty: the next one that the path allows counts.
        var texts = new List<string>();
        FindTexts(scope, texts);
        return texts.FirstOrDefault();
    }

    public override void FindTexts(Scope scope, List<string> found)
    {
        var values = new List<EventValue>();
        path.FindAll(StartOf(scope), values);
        foreach (var value in values)
        {
            if (NotEmpty(JsonFields.Scalar(value, Text)) is { } text) found.Add(text);
        }
    }

    public override EventValue FindValue(Scope scope) => path.FindFirst(StartOf(scope));

    private static string? NotEmpty(string text) => text.Length == 0 ? null : text;

    private EventValue StartOf(Scope scope) => path.IsRelative ? scope.Item : scope.Payload.Root;
}

/// <summary>An attribute of the envelope, or the message's content type.</summary>
internal sealed class AttributeSelector(string text, string name) : Selector(text)
{
    public static readonly string[] Names = ["type", "source", "subject", "contentType"];

    public override string? FindText(Scope scope) => name switch
    {
        "type" => scope.Payload.Envelope.Type,
        "source" => scope.Payload.Envelope.Source,
        "subject" => scope.Payload.Envelope.Subject,
        _ => scope.Payload.Message.ContentType,
    };
}

/// <summary>An application property of the message.</summary>
internal sealed class PropertySelector(string text, string name) : Selector(text)
{
    public override string? FindText(Scope scope) => scope.Payload.Message.Properties.GetValueOrDefault(name) switch
    {
        null or "" => null,
        IFormattable value => value.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        var value => value.ToString(),
    };
}
