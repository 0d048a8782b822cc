using Ccr.Campaign.Supervision;
using Ccr.Campaign.Truth;
using Ccr.Core.Tests.ManagementPoints;
using Ccr.TestHost.Processor;

namespace Ccr.Campaign.Scenarios;

/// <summary>Everything that a management point can do to a request, each alone, and then mixed: three in ten fail somehow.</summary>
internal sealed class R05ManagementPointFaults : IScenario
{
    private const string TotalTimeout = "Ccr__Sites__hq__ManagementPoints__0__TotalTimeout";
    private const long MostMemory = 200L * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan LongestForAll = TimeSpan.FromSeconds(30);

    public string Id => "R5";

    public string Title => "management point faults, alone and mixed";

    public BrokenBuild? FailsOn => new(BrokenBuilds.ResendUnknown, verdict => verdict.Duplicated);

    public async Task<Finding> RunAsync(Run run, CancellationToken cancellationToken)
    {
        var alone = EachAloneAsync(run, cancellationToken);
        var mixed = MixedAsync(run, run.Pick(200, 3000), cancellationToken);
        var (verdict, kinds, longest, memory) = await alone;
        return new Finding(
            verdict + await mixed, $"{kinds} faults, the slowest answered after {longest.TotalSeconds:f1} s; peak memory {memory / 1024 / 1024} MB")
        {
            Figures = new Dictionary<string,
            double>
            { ["faults"] = kinds, ["longestSeconds"] = Math.Round(longest.TotalSeconds, 1), ["peakMegabytes"] = memory / 1024 / 1024 },
        };
    }

    private static async Task<(Verdict Verdict, int Kinds, TimeSpan Longest, long Memory)> EachAloneAsync(Run run, CancellationToken cancellationToken)
    {
        var raw = RawFault.All.ToDictionary(fault => fault, fault => RawManagementPoint.Start(fault.Script));
        try
        {
            await using var https = await HttpsPoint.StartAsync(Path.Combine(run.Folder, "https"), cancellationToken);
            var settings = new Dictionary<string, string>(https.Settings)
            {
                // The faults of one may not keep the next from being tried.
                ["Ccr__Circuit__MinRequests"] = "10000",
                ["Ccr__Submissions__RetryFor"] = "00:00:00",
                ["Ccr__Submissions__ImmediateRetries"] = "0",
                ["Ccr__DefaultSite"] = "hq",
                [TotalTimeout] = "00:00:03",
                ["Ccr__Sites__refused__ManagementPoints__0__Address"] = "http://127.0.0.1:1",
                ["Ccr__Sites__unknown-host__ManagementPoints__0__Address"] = "http://no-such-host.invalid",
            };
            foreach (var (fault, point) in raw)
            {
                settings[$"Ccr__Sites__{fault.Site}__ManagementPoints__0__Address"] = point.Address.ToString();
                settings[$"Ccr__Sites__{fault.Site}__ManagementPoints__0__ConnectTimeout"] = "00:00:01";
                settings[$"Ccr__Sites__{fault.Site}__ManagementPoints__0__TotalTimeout"] = "00:00:03";
            }

            await using var installation = await run.InstallAsync(new Setup { Faults = SimulatedFault.Plan, Settings = settings }, cancellationToken);
            var processor = await installation.StartProcessorAsync(cancellationToken);
            var expected = Expected();
            await installation.Witness.SendAllAsync([.. expected.Select(fault => fault.Attempt)], cancellationToken);
            await installation.Witness.DrainAsync(Patience, cancellationToken);

            var memory = processor.ReadUsage()?.PeakResident ?? long.MaxValue;
            var arrived = raw.SelectMany(each => each.Value.Requests.Select(
                _ => new Push(TimeProvider.System.GetUtcNow(), Attempt.MachineOf(Attempt.Domain, each.Key.Machine), each.Key.Status)));
            var verdict = Checker.Check(
                installation.Witness.Attempts, [.. Push.ReadLog(installation.RequestLog), .. arrived], installation.Witness.Answers,
                await installation.Witness.LookAsync(cancellationToken));
            foreach (var (attempt, outcome, code) in expected)
            {
                var answer = installation.Witness.Answers.FirstOrDefault(each => each.EventId == attempt.EventId && each.IsTerminal);
                verdict = verdict.Expect(
                    $"{outcome} {code}" == $"{answer?.Outcome} {answer?.Reason}",
                    $"{attempt.EventId}: {outcome} {code} is right, and {answer?.Outcome} {answer?.Reason} was said");
            }

            var longest = expected.Max(fault => installation.Witness.AnsweredAt(fault.Attempt.EventId) is { } at ? TimeProvider.System.GetElapsedTime(
                fault.Attempt.AcknowledgedAt, at) : TimeSpan.MaxValue);
            return (
                verdict.Expect(memory < MostMemory, $"peak memory {memory / 1024 / 1024} MB").Expect(longest < LongestForAll, $"the slowest took {longest}"),
                expected.Count, longest, memory);
        }
        finally
        {
            foreach (var point in raw.Values) await point.DisposeAsync();
        }
    }

    private static List<(Attempt Attempt, string Outcome, string Code)> Expected() =>
    [
        .. SimulatedFault.All.Select(fault => (Attempt.Of($"simulated {fault.Steps}", fault.Machine, ", \"site\": \"hq\""), fault.Outcome, fault.Code)),
        .. RawFault.All.Select(fault => (Attempt.Of($"raw {fault.Site}", fault.Machine, $", \"site\": \"{fault.Site}\""), fault.Outcome, fault.Code)),
        (Attempt.Of("refused", "NOPORT", ", \"site\": \"refused\""), "Failed", "CCR3202"),
        (Attempt.Of("name not resolved", "NONAME", ", \"site\": \"unknown-host\""), "Failed", "CCR3201"),
        (Attempt.Of("certificate not trusted", "NOTRUST", ", \"site\": \"untrusted\""), "Failed", "CCR3205"),
        (Attempt.Of("certificate not pinned", "NOPIN", ", \"site\": \"unpinned\""), "Failed", "CCR3206"),
    ];

    private static async Task<Verdict> MixedAsync(Run run, int machines, CancellationToken cancellationToken)
    {
        var settings = new Dictionary<string, string> { ["Ccr__Circuit__LeaveAloneFor"] = "00:00:01", [TotalTimeout] = "00:00:03" };
        var setup = new Setup { Faults = "status=503@8%; write+close@8%; reset@8%; delay=4s@1%; garbage@5%; status=404@5%", Settings = settings };
        await using var installation = await run.InstallAsync(setup, cancellationToken);
        await Task.WhenAll(installation.StartProcessorAsync(cancellationToken), installation.StartProcessorAsync(cancellationToken));
        await installation.Witness.SendAllAsync(
            [.. Enumerable.Range(0, machines).Select(number => Attempt.Of($"mixed-{number}", $"MIXED{number}"))], cancellationToken);
        await installation.Witness.DrainAsync(run.IsFull ? TimeSpan.FromMinutes(10) : Patience, cancellationToken);
        return await Run.CheckAsync(installation, cancellationToken);
    }
}
