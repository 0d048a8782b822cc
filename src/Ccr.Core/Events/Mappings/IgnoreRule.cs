using Ccr.Core.Results;
using Ccr.Core.Text;

namespace Ccr.Core.Events.Mappings;

/// <summary>Why an item asks for nothing although its state may say that it fired.</summary>
internal enum IgnoredAs
{
    /// <summary>Somebody pressed the sender's test button.</summary>
    Test,

    /// <summary>The monitor could not look.</summary>
    Monitoring,

    /// <summary>Somebody works on the machine.</summary>
    Maintenance,

    /// <summary>The problem is over.</summary>
    Resolved,

    /// <summary>It is about something else.</summary>
    Other,
}

/// <summary>A condition under which an item is ignored, whatever else it says.</summary>
/// <param name="When">The condition.</param>
/// <param name="As">Why.</param>
/// <param name="Because">More about that, for people.</param>
internal sealed record IgnoreRule(Condition When, IgnoredAs As, string? Because)
{
    /// <summary>The verdict when the condition holds, else null.</summary>
    /// <param name="scope">The item.</param>
    /// <param name="asked">What a real event is asked for, for whoever tests.</param>
    public Verdict? Judge(Scope scope, string asked)
    {
        if (!When.Holds(scope)) return null;

        var reason = As switch
        {
            IgnoredAs.Test => EventReasons.TestArrived,
            IgnoredAs.Monitoring => EventReasons.MonitoringFailed,
            IgnoredAs.Maintenance => EventReasons.InMaintenance,
            IgnoredAs.Resolved => EventReasons.Resolved,
            _ => EventReasons.NotAProblem,
        };
        var shown = When.At.FindText(scope) is { } text ? $"{When.At} is {SafeText.Quote(text)}" : When.Text;
        var because = Because is null ? "" : $": {Because}";
        return new Verdict(Outcome.Ignored, reason, As == IgnoredAs.Test ? $"{shown}{because}; {asked}" : $"{shown}{because}");
    }
}
