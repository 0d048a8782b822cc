using System.Globalization;

namespace Ccr.Console.Words;

/// <summary>One step of what happened to a machine.</summary>
internal sealed record MachineStep(DateTimeOffset At, string What, string Says, string? RequestId);

/// <summary>What happened to a machine, from its results and its record, oldest first.</summary>
internal static class MachineStory
{
    public static IReadOnlyList<MachineStep> Of(MachineHistory history) =>
        [.. history.Results.SelectMany(OfResult).Concat(history.Machine is { } machine ? OfRecord(machine) : []).OrderBy(step => step.At)];

    private static IEnumerable<MachineStep> OfResult(ReinstallResult result)
    {
        var point = result.ManagementPoint is { } address ? $" {Text.Show(address)} answered{(result.HttpStatus is { } status ? $" {status}" : "")}." : "";
        var agent = result.Agent is { } name ? $" Carried out by the agent {Text.Show(name)}." : "";
        yield return new MachineStep(
            result.Time, result.Outcome.ToString(),
            $"{result.Reason} {result.Meaning}: {Text.Show(result.Detail)}.{point}{agent} Event {Text.Show(result.EventId)} of {Text.Show(result.Source)}.",
            result.RequestId);
    }

    private static IEnumerable<MachineStep> OfRecord(MachineRecord machine)
    {
        foreach (var push in machine.Pushes) yield return new MachineStep(push, "Pushed", "a request reached the site, or may have", null);
        if (machine.Claim is { } claim)
        {
            yield return new MachineStep(
                claim.LeaseUntil, "Claimed", claim.Command is null ? "being submitted; its lease ends now" : "handed to an agent; its lease ends now",
                claim.RequestId);
        }

        if (machine.Waiting is { } waiting)
        {
            yield return new MachineStep(
                waiting.Since, "Waits", string.Create(CultureInfo.InvariantCulture, $"certainly not sent, tried {waiting.Tries} times"), waiting.RequestId);
        }

        if (machine.Quarantine is { } quarantine)
            yield return new MachineStep(quarantine.Since, "Quarantined", "pushed too often; a person has to release it", quarantine.RequestId);
        foreach (var push in machine.Awaited)
        {
            yield return new MachineStep(push.Since, "Looked for", $"whether its client comes back to {Text.Show(push.Site)}", push.RequestId);
            if (push.Said is not { } said) continue;
            var error = said.Error is { } number
                ? string.Create(CultureInfo.InvariantCulture, $" Error {number}{(said.ErrorMeaning is null ? "" : $": {Text.Show(said.ErrorMeaning)}")}.")
                : "";
            yield return new MachineStep(said.Time, said.Outcome.ToString(), $"{said.Reason} {said.Meaning}: {Text.Show(said.Detail)}.{error}", push.RequestId);
        }
    }
}
