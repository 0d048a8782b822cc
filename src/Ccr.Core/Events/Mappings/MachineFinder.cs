using Ccr.Core.Events.Explanations;
using Ccr.Core.Events.HostNames;
using Ccr.Core.Results;
using Ccr.Core.Text;

namespace Ccr.Core.Events.Mappings;

/// <summary>A place at which a mapping looks for the machine.</summary>
/// <param name="At">The place.</param>
/// <param name="Kind">As what its value is taken.</param>
/// <param name="Of">Where the ids or types of the resources are that the event is about.</param>
/// <param name="Unless">When this holds, the place names something else than a machine.</param>
internal sealed record MachineCandidate(Selector At, HostKind Kind, Selector[] Of, Condition? Unless);

/// <summary>A machine that an item names, or what stands in its place.</summary>
/// <param name="Text">The machine once the rules were applied; as written when they refuse it.</param>
/// <param name="Domain">The domain that its DNS suffix stands for.</param>
/// <param name="Refusal">Why the rules refuse it.</param>
internal sealed record FoundMachine(string Text, string? Domain, Verdict? Refusal);

/// <summary>Finds the machines of an item: the best evidence there is, not all of it.</summary>
internal sealed class MachineFinder(MachineCandidate[] candidates, HostNameRules rules)
{
    /// <summary>The places, for people.</summary>
    public string Places { get; } = string.Join(", ", candidates.Select(c => c.At.Text));

    /// <summary>The machines at the first place that has any.</summary>
    /// <param name="scope">The item.</param>
    /// <param name="trace">Is told what was found.</param>
    /// <param name="missing">Says, when there is none, where was looked and what was passed over.</param>
    public List<FoundMachine> Find(Scope scope, ReadingTrace? trace, out Verdict? missing)
    {
        var found = new List<FoundMachine>();
        var texts = new List<string>();
        List<string>? passedOver = null;
        foreach (var candidate in candidates)
        {
            candidate.At.FindTexts(scope, texts);
            trace?.Place("machine", candidate.At, scope, texts.Count == 0);
            foreach (var text in texts)
            {
                var reading = ReadAt(candidate, text, scope);
                trace?.Host(candidate.At.Text, text, reading);
                if (reading.Verdict == HostVerdict.PassedOver) (passedOver ??= []).Add($"{candidate.At} is {SafeText.Quote(text)}: {reading.Note}");
                else found.Add(MachineOf(candidate, reading));
            }

            missing = null;
            if (found.Count > 0) return found;
            texts.Clear();
        }

        missing = Missing(passedOver);
        return found;
    }

    private HostReading ReadAt(MachineCandidate candidate, string text, Scope scope)
    {
        if (candidate.Unless is { } unless && unless.Holds(scope))
        {
            return HostReading.PassOver(unless.At.Text == candidate.At.Text
                ? "that is no machine"
                : $"{unless.At} is {SafeText.Quote(unless.At.FindText(scope) ?? "")}, so this is not the machine");
        }
        if (candidate.Kind != HostKind.ResourceName || text.StartsWith('/')) return rules.Read(text, candidate.Kind);
        return ResourceNames.FindObjection(text, TextsAt(candidate.Of, scope)) is { } objection
            ? HostReading.PassOver(objection)
            : rules.Read(text, candidate.Kind);
    }

    private static List<string> TextsAt(Selector[] places, Scope scope)
    {
        var texts = new List<string>();
        foreach (var place in places) place.FindTexts(scope, texts);
        return texts;
    }

    private static FoundMachine MachineOf(MachineCandidate candidate, HostReading reading) => new(
        reading.Machine,
        reading.Domain,
        reading.Refusal is { } refusal ? refusal with { Detail = $"{refusal.Detail}; it is at {candidate.At}" } : null);

    private Verdict Missing(List<string>? passedOver) => passedOver is null
        ? new Verdict(Outcome.Rejected, EventReasons.NoMachine, $"looked for it at {Places}")
        : new Verdict(Outcome.Rejected, EventReasons.NotAMachine, $"{string.Join("; ", passedOver.Take(3))}; looked for it at {Places}");
}
