using System.Text.RegularExpressions;
using Ccr.Campaign.Supervision;
using Ccr.Campaign.Truth;
using Ccr.Core.Tests.Events.Fuzz;
using Azure.Messaging.ServiceBus;
using Ccr.TestHost.Processor;

namespace Ccr.Campaign.Scenarios;

/// <summary>
/// Sample events, changed as the unit tests' fuzz changes them, between sound ones. What cannot be used is dead-lettered on its first delivery with a
/// code; no name reaches the management point that the strict rules refuse; the sound ones pass.
/// </summary>
internal sealed partial class R09Poison : IScenario
{
    private const int LargestBody = 255 * 1024;

    /// <summary>Since the last answer. A changed event may ask for a time far ahead, and is then waited for in vain.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public string Id => "R9";

    public string Title => "poison between sound events";

    public BrokenBuild? FailsOn => new(BrokenBuilds.SettleFirst, verdict => verdict.Unexpected);

    public async Task<Finding> RunAsync(Run run, CancellationToken cancellationToken)
    {
        var poisons = run.Pick(600, 10_000);
        int? inProcess = run.IsFull
            ? await UnitTests.RunAsync("*EventFuzzTests", [KeyValuePair.Create("CCR_FUZZ_EVENTS", "1000000")], cancellationToken)
            : null;
        await using var installation = await run.InstallAsync(new Setup(), cancellationToken);
        var processor = await installation.StartProcessorAsync(cancellationToken);
        var samples = Directory.EnumerateFiles(Repository.PathOf("tests/events"), "*.json").Order(StringComparer.Ordinal).Select(File.ReadAllText).ToList();
        for (var number = 0; number < poisons; number++)
        {
            var body = Change(samples[run.Random.Next(samples.Count)], run.Random);

            // What no broker takes is the sender's affair.
            if (body.Length < LargestBody)
                await installation.Witness.SendRawAsync(new ServiceBusMessage(body) { MessageId = $"poison-{number}" }, cancellationToken);
            if (number % 20 == 0) await installation.Witness.SendAsync(Attempt.Of($"sound-{number}", $"SOUND{number}"), cancellationToken);
        }

        await installation.Witness.DrainAsync(Patience, cancellationToken);
        var remains = await installation.Witness.LookAsync(cancellationToken);
        var pushes = Push.ReadLog(installation.RequestLog);
        var answers = installation.Witness.Answers;

        // A changed time may be far ahead: then the event waits, and has said so.
        var deferred = answers.GroupBy(answer => answer.RequestId).Count(request => request.All(answer => !answer.IsTerminal));

        // What a changed event asks for is not known here; only that a name must be one, and the sound ones must pass.
        var sound = installation.Witness.Attempts;
        var verdict = Checker.Check(
            sound,
            [.. pushes.Where(push => push.Machine.StartsWith(@"CORP\SOUND", StringComparison.Ordinal))],
            [.. answers.Where(answer => answer.EventId.StartsWith("sound-", StringComparison.Ordinal))],
            remains);
        verdict = verdict
            .Expect(processor.IsRunning, "the processor ended")
            .Expect(remains.Waiting <= deferred, $"{remains.Waiting} messages were not brought to their end, and {deferred} said that they wait")
            .Expect(verdict.Counts.Accepted == sound.Count, $"{sound.Count} sound events and {verdict.Counts.Accepted} accepted")
            .Expect(inProcess is null or 0, $"the fuzz in process ended with {inProcess}");
        verdict = pushes.Where(push => !StrictName().IsMatch(push.Machine)).Aggregate(
            verdict, (sofar, push) => sofar.Expect(false, $"'{push.Machine}' was pushed"));
        verdict = remains.DeadLetters.Where(reason => !Code().IsMatch(reason)).Aggregate(
            verdict, (sofar, reason) => sofar.Expect(false, $"a dead letter has the reason '{reason}'"));
        verdict = verdict.Expect(remains.DeadLetters.Count > poisons / 4, $"{remains.DeadLetters.Count} dead letters of {poisons} changed events");
        verdict = verdict.Expect(remains.MostDeliveries <= 1, $"a dead letter was delivered {remains.MostDeliveries} times");
        return new Finding(
            verdict,
            $"{poisons} changed events: {remains.DeadLetters.Count} dead-lettered, {pushes.Count - sound.Count} pushes by what was still sound; {(run.IsFull ? "1,000,000 more in process" : "100,000 more in the unit tests")}");
    }

    private static ReadOnlyMemory<byte> Change(string sample, Random random)
    {
        var kind = (uint)random.Next();
        var body = Mutation.Encode(Mutation.Structure(sample, (uint)random.Next(), kind, HostileValues.All[random.Next(HostileValues.All.Length)]), kind / 8);
        if (random.Next(4) > 0 || body.Length > 100_000) return body;

        var places = Enumerable.Range(0, 3).Select(_ => (uint)random.Next()).ToArray();
        return Mutation.Bytes(body, places, [.. places.Select(place => (byte)(place >> 23))]);
    }

    [GeneratedRegex(@"^[A-Z0-9_-]{1,15}\\(?=.*[A-Z])[A-Z0-9]([A-Z0-9-]{0,13}[A-Z0-9])?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex StrictName();

    [GeneratedRegex("^CCR[0-9]{4}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Code();
}
