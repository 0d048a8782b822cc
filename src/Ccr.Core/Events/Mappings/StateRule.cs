namespace Ccr.Core.Events.Mappings;

/// <summary>What a value of the event says of the problem.</summary>
internal enum ProblemState
{
    /// <summary>There is a problem.</summary>
    Fired,

    /// <summary>It is over.</summary>
    Resolved,

    /// <summary>The event is about something else.</summary>
    Ignored,

    /// <summary>The value says nothing that the mapping knows.</summary>
    Unknown,
}

/// <summary>How a mapping tells from one value whether there is a problem.</summary>
internal sealed class StateRule(Selector at, string[] fired, string[] resolved, string[] ignored, ProblemState ifMissing)
{
    private const string AnyOther = "*";

    public Selector At => at;

    /// <summary>The values that the rule knows, for somebody whose event has another.</summary>
    public string Known => string.Join(", ", fired.Concat(resolved).Concat(ignored).Select(t => $"\"{t}\""));

    public ProblemState StateOf(string? text)
    {
        if (text is null) return ifMissing;
        if (Has(fired, text)) return ProblemState.Fired;
        if (Has(resolved, text)) return ProblemState.Resolved;
        if (Has(ignored, text)) return ProblemState.Ignored;
        if (fired.Contains(AnyOther)) return ProblemState.Fired;
        if (resolved.Contains(AnyOther)) return ProblemState.Resolved;
        return ignored.Contains(AnyOther) ? ProblemState.Ignored : ProblemState.Unknown;
    }

    private static bool Has(string[] texts, string text) => Array.Exists(texts, t => t.Equals(text, StringComparison.OrdinalIgnoreCase));
}
