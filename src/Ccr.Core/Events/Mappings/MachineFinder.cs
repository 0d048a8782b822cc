using Ccr.Core.Events.Explanations;
using Ccr.Core.Events.HostNames;
using Ccr.Core.Results;
using Ccr.Core.Text;

namespace Ccr.Core.Events.Mappings;

/// <summary>A place at which a mapping looks for the machine.</summary>
internal sealed record MachineCandidate(Selector At, HostKind Kind);

/// <summary>A machine that an item names, or what stands in its place.</summary>
/// <param name="Text">The machine once the rules were applied; as written when they refuse it.</param>
/// <param name="Domain">The domain that its DNS suffix stands for.</param>
/// <param name="Refusal">Why the rules refuse it.</param>
internal sealed record FoundMachine(string Text, string? Domain, Verdict? Refusal);

/// <summary>Finds the machines of an item: the best evidence there is, not all of it.</summary>
internal sealed class MachineFinder(MachineCandidate[] candidates, HostNameRules rules)
{
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
            var seen = texts.Count > 1 ? new HashSet<string>(StringComparer.OrdinalIgnoreCase) : null;
            foreach (var text in texts)
            {
                var reading = rules.Read(text, candidate.Kind);
                trace?.Host(candidate.At.Text, text, reading);
                if (reading.Verdict == HostVerdict.PassedOver) (passedOver ??= []).Add($"{candidate.At} is {SafeText.Quote(text)}: {reading.Note}");
                else if (seen?.Add(reading.Machine) ?? true) found.Add(MachineOf(candidate, reading));
            }

            missing = null;
            if (found.Count > 0) return found;
            texts.Clear();
        }

        missing = Missing(passedOver);
        return found;
    }

    private static FoundMachine MachineOf(MachineCandidate candidate, HostReading reading) => new(
        reading.Machine,
        reading.Domain,
        reading.Refusal is { } refusal ? refusal with { Detail = $"{refusal.Detail}; it is at {candidate.At}" } : null);

    private Verdict Missing(List<string>? passedOver)
    {
        var looked = string.Join(", ", candidates.Select(c => c.At.Text));
        return passedOver is null
            ? new Verdict(Outcome.Rejected, EventReasons.NoMachine, $"looked for it at {looked}")
            : new Verdict(Outcome.Rejected, EventReasons.IdNotName, $"looked for it at {looked}; {string.Join("; ", passedOver.Take(3))}");
    }
}
