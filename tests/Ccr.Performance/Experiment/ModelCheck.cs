using System.Globalization;
using Ccr.Core.Decisions;
using Ccr.Performance.Experiment.Contestants;
using Ccr.Performance.Experiment.Staging;
using Ccr.Performance.Scale;

namespace Ccr.Performance.Experiment;

/// <summary>
/// Holds the model behind infra/README.md to what ships, at small size and on this machine, where neither its processor nor the broker limits: at the gate,
/// with all messages in hand, and at so many a minute.
/// </summary>
internal static class ModelCheck
{
    private const int WarmUp = 200;

    /// <summary>A full minute passes in silence where requests a minute are limited.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static readonly Plan Wide = new("this machine", 1e9, 1) { ProcessorTime = 0, Tables = (0, 1) };

    private static readonly (Plan Plan, int Machines, double Answer)[] Cases =
    [
        (Wide, 2_000, 0.05),
        (Wide, 400, 0.5),
        (Wide with { AtOnce = 20 }, 800, 0.5),
        (Wide with { AtOnce = 64 }, 320, 1),
        (Wide with { PerMinute = 300 }, 700, 0.05),
    ];

    public static async Task RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        await output.WriteLineAsync("| machines | an answer takes, s | at once | a minute | what limits | model, s | measured, s | measured / model |");
        await output.WriteLineAsync("|---|---|---|---|---|---|---|---|");
        foreach (var (plan, machines, answer) in Cases)
        {
            var course = Model.Run(plan, new Outage(machines, 1, 0), new Surroundings { ManagementPoint = answer, Table = 0, Push = 0 });
            var measured = await MeasureAsync(plan, machines, answer, cancellationToken);
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"| {machines:n0} | {answer} | {plan.AtOnce} | {plan.PerMinute} | {course.Busiest.Name} | {course.Answered:f1} | {measured:f1} | {measured / course.Answered:f2} |"));
        }
    }

    private static async Task<double> MeasureAsync(Plan plan, int machines, double answer, CancellationToken cancellationToken)
    {
        var programs = Programs.AsBuilt with
        {
            Environment =
            [
                KeyValuePair.Create("Ccr__Rate__MaxConcurrent", $"{plan.AtOnce}"),
                KeyValuePair.Create("Ccr__Rate__MaxPerMinute", $"{plan.PerMinute}"),

                // As it is by default: with the short one of the experiment, who waits for the next minute is put off.
                KeyValuePair.Create("Ccr__Submissions__ClaimLease", $"{new SubmissionOptions().ClaimLease}"),
            ],
        };
        var runs = new Runs(Cores.Shared, programs) { WarmUp = plan.PerMinute == 0 ? WarmUp : 0, Patience = Patience };
        var load = new Load("", $"delay={answer * 1000:f0}ms@M*", machines, machines);
        var run = await runs.FastAsync(Contestant.WithSqlite, load, new Random(0), cancellationToken);
        return run.Lost == 0 ? machines / run.PerSecond : throw new InvalidOperationException($"{run.Lost} of {machines} were not answered.");
    }
}
